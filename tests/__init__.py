"""The tests of the kit itself, mirroring its packages."""
