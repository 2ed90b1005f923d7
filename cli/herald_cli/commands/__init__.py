"""The commands of `herald`, by what they are about; `main` loads each when it is asked for."""
