"""One engine with which firms and startups register: questions, steps, answers of two savers, words kept."""
