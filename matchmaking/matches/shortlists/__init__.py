"""Lists for all parties at once: the program that is solved, its checker, how exposure spreads, drafts of lists."""
