"""Tests of the project itself: what is installed, and the machine it is tested on."""
