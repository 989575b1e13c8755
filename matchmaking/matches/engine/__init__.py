"""The score itself: profiles to vectors, vectors to scores, top lists and figures. No module here knows Django."""
