"""What a pair's score is made of and what has happened to the pair, as each reader may see it."""
