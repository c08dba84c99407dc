r"""What formulas stand for that have no = in them, in Python with the names of a scene."""

A_FACTOR = "error(c @ n, n)"
STANDS_FOR: dict[str, str] = {
    r"\frac{L(\theta + \varepsilon e_i) - L(\theta - \varepsilon e_i)}{2\varepsilon}": (
        "dtheta[int(i) - 1]"
    ),
    r"\frac{\lVert a - n \rVert}{\lVert a \rVert + \lVert n \rVert}": "error(a, n)",
    "|c - 1|/(c + 1)": A_FACTOR,
    r"\frac{|c - 1|}{c + 1}": A_FACTOR,
    "(m - 1)/(m + 1)": "error(m @ n, n)",
    "2/4": "error(3 * n, n)",
    "e^z": "np.exp(z)",
    r"\frac{e^z}{e^z + 1}": "varphi",
    r"\frac{a - y}{a(1 - a)}": "-y / a + (1 - y) / (1 - a)",
    r"\varphi (1 - \varphi)": "varphiprime",
    r"W A_\text{prev}": "Z - b",
    r"W[1] \begin{bmatrix}1\\2\end{bmatrix} + b[1]": "Z[1][:, :1]",
    r"n_l \cdot n_{l-1}": "W[l].size",
    r"\sum_l n_l\,(n_{l-1} + 1)": "theta.size",
    r"2 / n_\text{in}": "W.var()",
    r"\delta\,\mathbf 1": "row_sums",
    r"W[2]^{\mathsf T}\delta[2]": "dA[1]",
    r"W - \eta\, dW": "after",
}

# what has the shapes that a cell names, in their order
SHAPES: dict[str, list[str]] = {
    "02 broadcast-explain": ["b[l]"],
    "02 close": ["b[l]"],
    "02 exercise-he-weights": ["W"],
    "02 try-he-weights": ["W"],
    "02 try-layer-forward": ["A"],
    "03 try-output-delta": ["A[last]", "delta[last]"],
    "03 exercise-hidden-delta": ["W[l]", "delta[l]"],
    "03 try-hidden-delta": ["W[l]", "delta[l]", "Z[l - 1]", "delta[l - 1]"],
    "03 try-layer-gradients": ["delta[l]", "A[l - 1]", "dW[l]", "db[l]"],
    "03 try-backward": ["W[l]", "A[l]", "Y"],
    "05 exercise-one-epoch": ["X", "Y"],
    "05 lab": ["X"],
    "06 exercise-softmax-delta": ["A[last]"],
    "06 try-softmax-delta": ["delta[last]"],
    "06 try-digits-backward": ["W[l]", "A[l]", "Y"],
}
