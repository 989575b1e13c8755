"""The score itself: profiles to vectors, vectors to scores, top lists and figures. Pure: no module here knows Django."""
