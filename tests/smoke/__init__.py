"""`make smoke`: the portal's main job, done once from an empty database with the programs that `make run` starts."""
