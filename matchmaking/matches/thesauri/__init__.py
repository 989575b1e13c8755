"""The capability thesaurus in the ministry's hands: its versions, what they change, and what texts it recognizes."""
