"""What tests of charge points need: Hypothesis strategies. Needs the extra ``testing``."""
