"""What is known of a profile whichever kind it is: its kind, its words, its history, its ties, its year."""
