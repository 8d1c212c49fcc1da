"""The method of Xie et al. 2022 (PeerJ Computer Science 8:e1140), written plainly in PyTorch as an oracle.

Written for torch 2.13.0+cpu. Nothing here is optimised: every line is meant to be read beside its equation.
"""
