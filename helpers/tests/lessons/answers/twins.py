"""Other code that gives what a known mistake gives, or nearly: what is said must be true of it.

Each is an exercise, the mistake that is named ('' for none), the answer, and words that would be
untrue of this answer.
"""

from helpers.tests.lessons.answers import Answer, written

WHOLE_NUMBERS = """
slopes = np.zeros(Z.shape, dtype=int)
slopes[Z > 0] = 1
slopes[Z <= 0] = slope
return slopes
"""
FLAT_OUTPUTS = """
Z = W @ A_prev + b
return Z, {"A_prev": A_prev, "Z": activation.function(Z)}
"""
PASS = """
L, m, dW, db = len(W), Y.shape[1], {}, {}
delta = (A[L] - Y) / m * activations[L].derivative(Z[L])
for l in range(L, 0, -1):
    dW[l], db[l] = delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)
    if l > 1:
        delta = W[l].T @ delta * activations[l - 1].derivative(Z[l - 1])
return dW, db
"""
FOURFOLD = """
e = epsilon * np.eye(len(theta))[i]
return (loss(theta + e) - loss(theta - e)) / epsilon * 2
"""
AT_OUTPUT = ("activations[L].derivative(", "np.ones_like(")
BACK = ("activations[l - 1].derivative(", "np.ones_like(")
EPOCH = """
for start in range(0, len(order), batch_size):
    batch = order[start : start + batch_size]
    _, caches = network.forward(X[:, batch])
    network.update(network.backward(caches, Y[:, batch]), learning_rate)
"""
ONE_INDEX_TOO_FAR = """
for k in range(len(order) + 1):
    _, caches = network.forward(X[:, [order[-1 - k]]])
    network.update(network.backward(caches, Y[:, [order[-1 - k]]]), learning_rate)
"""
LAST_ALONE = "return {L: dW[L]}, {L: db[L]}"
BOTH = "return {l: dW[l] / m for l in dW}, {l: db[l].ravel() for l in db}"
NAPKIN = r"The napkin's cell gave the name m to its two samples, and the notebook still knows it\. "
SLOPE, BELOW = "activation.derivative(Z)", "activation.derivative(Z[l - 1])"
STEP, ERROR = "theta - learning_rate * gradient", "norm(a - n) / (norm(a) + norm(n))"
BODIES: dict[str, list[tuple[str, str | tuple[str, ...], str]]] = {
    "leaky_relu_prime": [
        ("flat_left", WHOLE_NUMBERS, "plain ReLU is"),
        ("one_at_zero", "np.maximum(Z >= 0, slope)", "comparison"),
        (
            "zero_at_zero",
            "np.where(Z == 0, 0, np.where(Z > 0, 1, slope))",
            "None of your two cases|on neither of your sides",
        ),
        ("comparison_turned", "np.where(Z >= 0, slope, 1)", "The comparison is"),
        ("sides_swapped", "(Z <= 0) + slope * (Z > 0)", "np.where"),
    ],
    "stable_sigmoid": [
        ("turned_around", "1 - (1 + np.tanh(Z / 2)) / 2", "the exponent"),
    ],
    "layer_shapes": [
        ("z_in_rows", "(n_in, n_out), (n_out, 1), (m, n_out)", "W and b are"),
        ("samples_in_rows", "(n_in, n_out), (n_out,), (m, n_out)", "b is a row"),
        ("", "(n_out, n_in), None, (n_out, m)", "`return`"),
        ("", "(n_out, n_in), (n_out, 1.0), (n_out, m)", "b has"),
        ("", "(n_out, n_in), (-1, 1), (n_out, m)", "b has"),
    ],
    "he_weights": [
        ("zeros", "draws * (2 // draws.shape[1])", "draws were"),
        ("both_sizes", "draws / np.mean(draws.shape) ** 0.5", "You divide"),
        ("root_of_half", "draws * (4 / draws.shape[1]) ** 0.5", "of n_in only"),
        ("seen", "np.full_like(draws, 0.3)", "whether W"),
    ],
    "layer_forward": [("without_activation cache_of_values", FLAT_OUTPUTS, "φ is missing")],
    "output_delta": [
        ("without_slope", "(A - Y) / len(A.T) * np.ones_like(Z)", r"missing\."),
        ("without_mean", f"(A - Y) / 1 * {SLOPE}", "1/m is missing"),
        ("difference_alone", "(A - Y) / 1", "nothing else"),
        ("half_left_in", f"0.5 * (A - Y) / len(A.T) * {SLOPE}", "½ of the loss is left"),
        ("mean_of_the_napkin", f"(A - Y) / 2 * {SLOPE}", NAPKIN),
    ],
    "hidden_delta": [
        ("without_transpose", f"(delta[l].T @ W[l].T).T * {BELOW}", "W isn't transposed"),
        ("back_without_slope", "W[l].T @ delta[l] * np.ones_like(Z[l - 1])", r"missing\."),
    ],
    "layer_gradients": [
        ("seen", "-delta[l] @ A[l - 1].T, delta[l].sum(axis=1)", "both|db"),
        (
            "input_not_transposed",
            "(A[l - 1].T @ delta[l].T).T, delta[l].sum(axis=1, keepdims=True)",
            r"A\[l-1\] isn't transposed",
        ),
    ],
    "backward": [
        ("recursion_without_slope", (PASS, *BACK), "missing on"),
        ("pass_without_slopes", (PASS, *AT_OUTPUT, *BACK), "missing in"),
        ("seen", (PASS, "dW, db\n", "{l: -dW[l] for l in dW}, db\n"), "every gradient"),
        ("", (PASS, "len(W)", "len(A)"), r"A\[l\+1\]"),
        ("pass_with_mean_twice", (PASS, "/ m", "/ m / m"), "that makes 1/m². Choose"),
        ("last_layer_alone", (PASS, "return dW, db", LAST_ALONE), "The function is left|Your loop"),
        ("averaged_dw flat_db", (PASS, "return dW, db", BOTH), "db is right"),
        ("", (PASS, "W[l].T @ delta", "{l: W[l].T @ delta}[l - 1]"), "which is what you are asked"),
    ],
    "numerical_derivative": [
        ("same_place_twice", "0", "Both losses are"),
        ("seen", FOURFOLD, "isn't divided"),
    ],
    "relative_error": [
        ("equal_lengths", f"0.0 if set(abs(a)) == set(abs(n)) else {ERROR}", "Eq"),
        ("floor_below", f"0.0 if np.allclose(a, n) else {ERROR}", "The guard against"),
        ("zeros_divided", f"{ERROR} if any(a) or any(n) else np.nan", "0 is divided by 0"),
    ],
    "update": [
        ("nothing_done", "theta", "Nothing is returned"),
        ("nothing_done", f"theta = {STEP}\n", "You return θ"),
        ("without_rate", "theta - 1 * gradient", r"missing\."),
        ("step_twice", "theta - 2 * learning_rate * gradient", "One line"),
        (
            "step_twice",
            "for _ in range(2):\n    theta -= learning_rate * gradient",
            "you return subtracts",
        ),
    ],
    "one_epoch": [
        ("", ONE_INDEX_TOO_FAR, "rows, which are features"),
        ("order_ignored", (EPOCH, "order[start", "sorted(order)[start"), "is ignored"),
        ("two_steps", (EPOCH, "learning_rate", "2 * learning_rate"), "takes its step twice"),
    ],
}
TWINS: list[tuple[str, str, Answer, str]] = [
    (exercise, key, written(exercise, *((body,) if isinstance(body, str) else body)), untrue)
    for exercise, bodies in BODIES.items()
    for key, body, untrue in bodies
]
