"""What things cost, as ratios against a floor measured in the same run. `make bench` prints JSON; nothing here is a test."""
