"""What a formula without an = stands for, cell by cell, in Python with the names of a scene."""

ONE_OVER_M = {"1/m": "dA[last][0, 0] / (A[last] - Y)[0, 0]"}
A_FACTOR = {"|c - 1|/(c + 1)": "error(c @ n, n)"}
A_FACTOR_BUILT_UP = {r"\frac{|c - 1|}{c + 1}": "error(c @ n, n)"}
RELATIVE_ERROR = {r"\frac{\lVert a - n \rVert}{\lVert a \rVert + \lVert n \rVert}": "error(a, n)"}
DIFFERENCE = {
    r"\frac{L(\theta + \varepsilon e_i) - L(\theta - \varepsilon e_i)}{2\varepsilon}": (
        "dtheta[int(i) - 1]"
    )
}
NO_SLOPE = {r"\varphi'(0) = 0": "at_zero('relu')"}
SUM_OF_ROWS = {r"\delta\,\mathbf 1": "row_sums"}
CACHED = {"A[l-1]": "cached(l)[0]", "Z[l]": "cached(l)[1]", "A[l]": "cached(l)[2]"}
PAIR = {r"(\varphi, \varphi')": "registered('tanh')"}

STANDS_FOR: dict[str, dict[str, str]] = {
    "01 exercise-leaky-relu-prime": {r"\varphi'(0)": "slope"},
    "01 pictures-explain": NO_SLOPE,
    "01 overflow-explain": {"e^{1000}": "infty"},
    "01 exercise-stable-sigmoid": {
        "10^{-14}": "precision",
        "10^{-13}": "10 ** np.round(np.log10(varphi_of(-30)))",
        "e^z": "np.exp(z)",
        "e^{-|z|}": "np.minimum(np.exp(z), np.exp(-z))",
    },
    "01 registry": {
        r"\varphi (1 - \varphi)": "varphiprime",
        r"(\varphi, \varphi')": "registered('sigmoid')",
    },
    "01 lab-explain": PAIR,
    "02 napkin-predict": {r"W[1] \begin{bmatrix}1\\2\end{bmatrix} + b[1]": "Z[1][:, :1]"},
    "02 napkin-explain": {"-1": "Z[1][1, 0]"},
    "02 broadcast-explain": {"-1": "b[1][0, 0]", "1": "b[1][1, 0]", "(n_l, 1)": "b[l].shape"},
    "02 rows-or-columns": {
        r"(m, n_\text{in})": "X.T.shape",
        r"(n_\text{in}, n_\text{out})": "W.T.shape",
        r"(1, n_\text{out})": "b.T.shape",
    },
    "02 exercise-layer-shapes": {r"W A_\text{prev}": "Z - b"},
    "02 count-predict": {r"n_l \cdot n_{l-1}": "W[l].size", "n_l": "b[l].size"},
    "02 zero-explain": {"s^2": "W.var()"},
    "02 exercise-he-weights": {
        "c^2": "np.mean((c @ n) ** 2) / np.mean(n ** 2)",
        r"2 / n_\text{in}": "W.var()",
    },
    "02 caches-why": {
        r"[W\; b]": "np.hstack([W, b])",
        r"\varphi'(Z[l])": "dZ[l] / dA[l]",
        "W A + b": "np.hstack([W, b]) @ np.vstack([A, np.ones((1, 5))])",
        **CACHED,
    },
    "02 close": {
        "(n_l, 1)": "b[l].shape",
        r"\sum_l n_l\,(n_{l-1} + 1)": "theta.size",
        **CACHED,
    },
    "03 title": ONE_OVER_M,
    "03 question": {
        r"\varphi'(Z[2])": "dZ[2] / dA[2]",
        r"\partial L / \partial W[1]_{21}": "dW[1][1, 0]",
    },
    "03 step-2": {
        "A[1]_{jk}": "A[1][int(j) - 1, int(k) - 1]",
        "Z[2]_{1k}": "Z[2][0, int(k) - 1]",
        r"\delta[2]_{1k}": "dZ[2][0, int(k) - 1]",
    },
    "03 no-further": {**ONE_OVER_M, "1/m^2": "dA[last][0, 0] / (A[last] - Y)[0, 0] / m"},
    "03 recursion-formula": {
        "Z[1]_{jk}": "Z[1][int(j) - 1, int(k) - 1]",
        "A[1]_{jk}": "A[1][int(j) - 1, int(k) - 1]",
        "W[2]_{ij}": "W[2][int(i) - 1, int(j) - 1]",
    },
    "03 delta-1-explain": {"-2": "(W[2].T @ delta[2])[1, 0]"},
    "03 exercise-layer-gradients": SUM_OF_ROWS,
    "03 any-depth": SUM_OF_ROWS,
    "03 puzzle-backward-lines": {
        r"\frac1m (A[L] - Y)": "dA[last]",
        r"\partial L / \partial A[l]": "dA[l]",
    },
    "03 shapes": {r"W[2]^{\mathsf T}\delta[2]": "dA[1]"},
    "03 same-loop": ONE_OVER_M,
    "03 close": ONE_OVER_M,
    "04 relative": RELATIVE_ERROR,
    "04 reading": {"2/4": "error(3 * n, n)", **A_FACTOR},
    "04 report": {"10^{-6}": "tolerance"},
    "04 report-explain": {
        r"O(\varepsilon^2)": "varepsilon ** two_sided",
        r"O(\varepsilon)": "varepsilon ** one_sided",
    },
    "04 popular-late-explain": {"10^{-6}": "tolerance"},
    "04 kink-explain": NO_SLOPE,
    "04 cost-explain": {r"\varepsilon\, A[l-1]_j": "moved_row(l, j)"},
    "04 hunt-reading": {
        "(m - 1)/(m + 1)": "error(m @ n, n)",
        r"W - \eta\, dW": "after",
        **ONE_OVER_M,
        **A_FACTOR,
    },
    "04 key-ideas": {
        r"O(\varepsilon^2)": "varepsilon ** two_sided",
        r"\sim \varepsilon^2": "varepsilon ** two_sided",
        r"\sim 10^{-16}/\varepsilon": "unit_roundoff / varepsilon",
        **DIFFERENCE,
        **RELATIVE_ERROR,
        **A_FACTOR_BUILT_UP,
    },
    "05 line-explain": {
        r"(0, \frac12)": "tip",
        r"(-0.87, \frac12)": "(-width, tip[1])",
        r"(0.87, \frac12)": "(width, tip[1])",
    },
    "05 vanishing-explain": {"10^{-6}": "varepsilon"},
    "05 close": DIFFERENCE,
    "README": {**DIFFERENCE, **CACHED},
}

# what is no claim, and why
CONDITION, EXAMPLE = "a condition", "a number to think of"
TO_TRY = "a place in the lab"
IN_CELL = "a number of a cell beside it"
REASONS: dict[str, dict[str, str]] = {
    "01 pictures-explain": {"z = 0": CONDITION},
    "01 exercise-leaky-relu-prime": {"z = 0": CONDITION},
    "01 exercise-stable-sigmoid": {"z = -30": CONDITION, "z > 0": CONDITION},
    "01 registry": {"z = 40": IN_CELL, "-40": IN_CELL},
    "01 lab": dict.fromkeys(("z = 0", "z = 4", "z = -2", "z = 1"), TO_TRY),
    "01 lab-explain": {"z = 4": TO_TRY},
    "02 exercise-he-weights": {r"\mathcal N(0, 1)": "what the exercise hands over"},
    "04 relative": {r"\lVert \cdot \rVert": "a sign alone"},
    "04 exercise-relative-error": {"10^{-30}": EXAMPLE},
    "04 reading": {"a = 3n": CONDITION, "c > 0": CONDITION},
    "04 report": {"10^{-7}": IN_CELL},
    "04 report-explain": {
        "10^{-7}": "below this a report prints no digits",
        r"\varepsilon = 10^{-15}": EXAMPLE,
    },
    "04 sweep-explain": {
        r"\varepsilon = 10^{-10}": EXAMPLE,
        **dict.fromkeys(("10^{-5}", r"\varepsilon = 10^{-8}", r"\varepsilon = 10^{-5}"), IN_CELL),
        **dict.fromkeys(("10^{-7}", r"\varepsilon = 10^{-7}"), "a rule that others give"),
    },
    "04 popular-explain": {r"\varepsilon = 10^{-7}": IN_CELL},
    "04 popular-late-explain": {"10^{-5}": "where the curve before had its bottom"},
    "04 lab": {r"\varepsilon = 10^{-5}": TO_TRY},
    "05 line-explain": {"p = 0.5": "what the boundary is"},
}

# what the formulas in a row of the key ideas say: the side of the = that isn't worked out
ROWS: dict[str, set[str]] = {
    "a layer for all samples": {"Z", "Z[l]"},
    "forward pass": {"Z[l]", "A[l]"},
    "activation": {"A[l]"},
    "ReLU": {"varphi_of(z)", "varphiprime_of(z)"},
    "sigmoid": {"varphi_of(z)", "varphiprime"},
    "tanh": {"varphiprime"},
    "activations by name": {"registered('tanh')"},
    "one bias for all samples": {"b[l].shape"},
    "He initialisation": {"W", "b"},
    "counting parameters": {"theta.size"},
    "caches": set(CACHED.values()),
    "the loss": {"L"},
    "δ of the output": {"delta[last]"},
    "δ one layer back": {"delta[l-number_of(1)]"},
    "gradients": {"dW[l]", "db[l]"},
    "weight gradient": {"dW[l]"},
    "bias gradient": {"db[l]"},
    "the mean's $1/m$": set(ONE_OVER_M.values()),
    "gradient check": set(DIFFERENCE.values()),
    "two-sided difference": {*DIFFERENCE.values(), "varepsilon ** two_sided"},
    "relative error": set(RELATIVE_ERROR.values()),
    "reading it": set(A_FACTOR.values()),
    "choosing ε": {"varepsilon ** two_sided", "unit_roundoff / varepsilon"},
    "update": {"new_theta"},
}

# what has the shapes that a cell names in plain text, in their order
SHAPES: dict[str, list[str]] = {
    "02 exercise-he-weights": ["W"],
    "02 try-he-weights": ["W"],
    "02 try-layer-forward": ["A"],
    "03 try-output-delta": ["A[last]", "delta[last]"],
    "03 exercise-hidden-delta": ["W[l]", "delta[l]"],
    "03 try-hidden-delta": ["W[l]", "delta[l]", "Z[l - 1]", "delta[l - 1]"],
    "03 try-layer-gradients": ["delta[l]", "A[l - 1]", "dW[l]", "db[l]"],
    "03 try-backward-two-layers": ["delta[2]", "dW[2]", "delta[1]", "dW[1]"],
    "03 try-backward": ["W[l]", "A[l]", "Y"],
    "05 exercise-one-epoch": ["X", "Y"],
}
