"""The usual wrong answers, alone and two in one, written as learners write them."""

from helpers.tests.lessons.answers import (
    Answer,
    lesson_2,
    lesson_3,
    lesson_4,
    lesson_5,
    twins,
    written,
    wrong_ones,
)

BELOW = "activation.derivative(Z[l - 1])"
BODIES: dict[str, dict[str, str]] = {
    "leaky_relu_prime": {
        "fixed_small_slope": "np.where(Z > 0, 1, 0.01)",
    },
    "stable_sigmoid": {
        "zero_on_the_left": "(Z >= 0) * (1 + np.tanh(Z / 2)) / 2",
        "nan_as_zero": "np.nan_to_num(np.exp(Z) / (1 + np.exp(Z)))",
        "tanh_itself": "np.tanh(Z)",
        "tanh_of_half": "np.tanh(Z / 2)",
        "without_bound": "np.maximum(0, Z)",
        "step": "np.where(Z > 0, 1.0, 0.0)",
        "softmax": "np.exp(Z) / np.exp(Z).sum()",
        "largest_subtracted": "1 / (1 + np.exp(-np.clip(Z - np.max(Z), -700, 700)))",
    },
    "he_weights": {
        "all_the_same": "np.ones(draws.shape)",
        "the_factor_alone": "np.sqrt(2 / draws.shape[1])",
        "added_to_the_draws": "draws + np.sqrt(2 / draws.shape[1])",
        "spread_measured": "draws / draws.std() * np.sqrt(2 / draws.shape[1])",
    },
    "output_delta": {
        "slope_formula_of_z": "(A - Y) * Z * (1 - Z) / len(A.T)",
        "slope_of_one": "np.where(A > 0, A - Y, 0) / len(A.T)",
        "multiplied_as_matrices": "np.dot((A - Y).T, activation.derivative(Z))",
        "labels_times_slope": "1 / Y.shape[1] * (A - Y * activation.derivative(Z))",
        "mean_of_the_differences": "(A - Y).mean() * activation.derivative(Z)",
        "times_a": "(A**2 - A * Y) * activation.derivative(Z) / len(A.T)",
        "times_a without_mean": "A * (A - Y) * activation.derivative(Z)",
        "only_y_divided": "A - Y / A.shape[1]",
        "turned_sign without_mean": "(Y - A) * activation.derivative(Z)",
        "twice_over_all": "2 * (A - Y) / A.size * activation.derivative(Z)",
        "squared_difference": "(A - Y) ** 2 / A.shape[1] * activation.derivative(Z)",
        "slope_at_activation without_mean": "(A - Y) * activation.derivative(A)",
        "without_mean slope_of_one": "(A - Y) * A * (1 - A)",
        "one_sample_less": "(A - Y) / (A.shape[1] - 1) * activation.derivative(Z)",
        "added_to_labels": "(A + Y) / A.shape[1] * activation.derivative(Z)",
        "for_cross_entropy": "(A - Y) / (A * (1 - A)) / A.shape[1] * activation.derivative(Z)",
        "z_for_a": "(Z - Y) / A.shape[1] * activation.derivative(Z)",
        "size_of_the_difference": "np.abs(A - Y) / A.shape[1] * activation.derivative(Z)",
        "slope_added": "(A - Y) / A.shape[1] + activation.derivative(Z)",
        "slope_divided": "(A - Y) / A.shape[1] / activation.derivative(Z)",
        "times_m": "(A - Y) * A.shape[1] * activation.derivative(Z)",
        "slope_of_the_difference": "activation.derivative(A - Y) / A.shape[1]",
        "slope_twice": "(A - Y) / A.shape[1] * activation.derivative(Z) ** 2",
        "labels_missing": "A / A.shape[1] * activation.derivative(Z)",
        "the_loss_itself": "np.sum((A - Y) ** 2) / (2 * A.shape[1])",
        "z_for_slope": "(A - Y) / A.shape[1] * Z",
    },
    "hidden_delta": {
        "back_slope_formula_of_z": "np.dot(W[l].T, delta[l]) * (1 - Z[l - 1] * Z[l - 1])",
        "element_by_element": "W[l].T * delta[l] * activation.derivative(Z[l - 1])",
        "slope_before_both": "activation.derivative(Z[l - 1]) * W[l].T @ delta[l]",
        "mean_again back_slope_of_one": "W[l].T @ delta[l] * (Z[l - 1] > 0) / Z[l].shape[1]",
        "one_layer_above": "W[l + 1].T @ delta[l + 1] * activation.derivative(Z[l])",
        "wrong_layers_w": "W[l + 1].T @ delta[l] * activation.derivative(Z[l - 1])",
        "asked_for_what_is_sought": "W[l - 1].T @ delta[l - 1] * activation.derivative(Z[l - 1])",
        "back_slope_added": "W[l].T @ delta[l] + activation.derivative(Z[l - 1])",
        "back_slope_twice": "W[l].T @ delta[l] * activation.derivative(Z[l - 1]) ** 2",
        "back_slope_divided": "W[l].T @ delta[l] / activation.derivative(Z[l - 1])",
        "slope_of_both_layers": f"W[l].T @ (delta[l] * activation.derivative(Z[l])) * {BELOW}",
        "without_transpose back_without_slope": "W[l] @ delta[l]",
        "back_slope_alone": "activation.derivative(Z[l - 1])",
        "slope_of_what_comes_back": "activation.derivative(np.dot(W[l].T, delta[l]))",
        "reshaped": f"W[l].reshape(W[l].shape[1], -1) @ delta[l] * {BELOW}",
        "without_w": "delta[l] * activation.derivative(Z[l - 1])",
        "inverse_for_transpose": f"np.linalg.pinv(W[l]) @ delta[l] * {BELOW}",
        "without_one_unit": f"sum(map(np.outer, W[l][1:], delta[l][1:])) * {BELOW}",
        "one_unit_alone": "(W[l][-1:].T @ delta[l][-1:]) * activation.derivative(Z[l - 1])",
        "z_for_back_slope": "W[l].T @ delta[l] * Z[l - 1]",
        "samples_mixed": "W[l].T @ delta[l].sum(1)[:, None] * activation.derivative(Z[l - 1])",
        "divided_by_units": "W[l].T @ delta[l] / len(delta[l]) * activation.derivative(Z[l - 1])",
        "own_delta_kept": "delta[l] * activation.derivative(Z[l])",
    },
    "layer_gradients": {
        "without_one_sample": "delta[l][:, :-1] @ A[l - 1].T[:-1], delta[l].sum(1)[:, None]",
        "delta_transposed": "delta[l].T @ A[l - 1].T, delta[l].sum(1)[:, None]",
        "mean_for_sum flat_db": "delta[l] @ A[l - 1].T, delta[l].mean(axis=1)",
        "sum_over_units flat_db": "delta[l] @ A[l - 1].T, delta[l].sum(axis=0)",
        "outer_of_all": "np.outer(delta[l], A[l - 1]), delta[l].sum(1)[:, None]",
        "one_sample_alone": "delta[l][:, -1:] @ A[l - 1][:, -1:].T, delta[l][:, -1:]",
        "outer_of_sums": "np.outer(delta[l].sum(1), A[l - 1].sum(1)), delta[l].sum(1)[:, None]",
        "dw_element_by_element": "delta[l] * A[l - 1], delta[l].sum(1)[:, None]",
        "db_of_ones": "delta[l] @ A[l - 1].T, np.ones((len(delta[l]), 1))",
        "dw_by_units": "delta[l] @ A[l - 1].T / len(delta[l]), delta[l].sum(1)[:, None]",
        "db_of_one_sample": "delta[l] @ A[l - 1].T, delta[l][:, -1:]",
    },
    "relative_error": {
        "zeros_divided lengths_multiplied": "norm(a - n) / (norm(a) * norm(n))",
        "one_length_alone zeros_divided": "norm(a - n) / norm(n)",
        "root_of_both_squares": "norm(a - n) / np.sqrt(a @ a + n @ n) if a.any() or n.any() else 0",
        "numerator_squared": "(a - n) @ (a - n) / ((norm(a) + norm(n)) or 1)",
        "angle_alone": "1 - a @ n / (norm(a) * norm(n))",
        "one_if_both_are_zero": "norm(a - n) / (norm(a) + norm(n)) if a.any() or n.any() else 1",
        "equal_or_not": "np.allclose(a, n)",
        "larger_of_both zeros_divided": "norm(a - n) / max(norm(a), norm(n))",
    },
    "update": {
        "clipped": "theta - learning_rate * np.minimum(np.maximum(gradient, -5), 5)",
        "rate_at_theta": "learning_rate * theta - gradient",
        "all_multiplied": "theta * learning_rate * gradient",
        "theta_in_the_step": "theta - theta * learning_rate * gradient",
        "places_changed": "gradient - learning_rate * theta",
        "fixed_rate": "theta - 0.1 * gradient",
        "divided_by_parameters": "theta - learning_rate * gradient / len(theta)",
        "mean_gradient": "theta - learning_rate * gradient.sum()",
        "first_parameter_alone": "[theta[0] - learning_rate * gradient[0], *theta[1:]]",
        "last_parameter_left": "[*(theta - learning_rate * gradient)[:-1], theta[-1]]",
        "only_down": "theta - learning_rate * np.abs(gradient)",
        "weights_shrunk": "(1 - learning_rate) * theta - learning_rate * gradient",
        "rate_subtracted": "(theta - learning_rate) * gradient",
        "rate_squared": "theta - learning_rate ** 2 * gradient",
        "uphill without_rate": "theta + gradient",
        "half_a_step": "theta - 0.5 * learning_rate * gradient",
    },
}
FORWARD = {
    "weights_element_by_element": ("np.dot(W, A_prev)", "W * A_prev"),
    "cache_swapped": ("A_prev=A_prev, Z=Z", "A_prev=Z, Z=A_prev"),
    "no_a_prev": ("A_prev=A_prev, ", ""),
    "no_z": (", Z=Z", ""),
    "bias_subtracted": ("+ b", "- b"),
    "bias_before_w": ("A_prev) + b", "A_prev + b)"),
    "activated_twice": ("function(Z)", "function(activation.function(Z))"),
    "without_bias without_activation": (" + b", "", "activation.function(Z)", "Z"),
    "one_bias_for_all": ("+ b", "+ sum(b)"),
    "last_input_alone": ("np.dot(W, A_prev)", "W[:, -1:] * A_prev[-1]"),
    "last_sample_missing": ("A =", "Z[:, -1] = 0\nA ="),
    "averaged_z": ("+ b\n", "+ b\nZ /= len(Z.T)\n"),
    "bias_twice": ("+ b", "+ b + b"),
    "bias_added_again": ("(Z)", "(Z) + b"),
    "cache_of_weights": ("A_prev=A_prev", "A_prev=W"),
    "cache_of_slopes": ("Z=Z", "Z=activation.derivative(Z)"),
    "bias_after": (" + b", "", "function(Z)", "function(Z) + b", "Z=Z", "Z=Z + b"),
}
DERIVATIVE = {
    "twice_as_far": ("e[i] = epsilon", "e[i] = 2 * epsilon"),
    "multiplied_by_both": ("/ epsilon / 2", "* epsilon * 2"),
    "divided_by_epsilon down_minus_up": ("up - down", "down - up", " / 2", ""),
    "others_at_zero": ("theta + e", "e", "theta - e", "-e"),
    "always_the_first": ("e[i]", "e[0]"),
    "one_before": ("e[i]", "e[i - 1]"),
    "divided_by_square": ("/ epsilon / 2", "/ epsilon**2"),
    "curvature": ("(up - down) / epsilon / 2", "(up + down - 2 * loss(theta)) / epsilon**2"),
    "in_proportion": ("= epsilon", "= epsilon * theta[i]", "/ epsilon", "/ e[i]"),
    "halved_alone": ("/ epsilon / 2", "/ 2"),
    "the_loss_alone": ("(up - down) / epsilon / 2", "up"),
}
PASS = {
    "error_handed_back_past_the_slope": ("W[l].T, dZ", "W[l].T, dA"),
    "weights_stepped_early": ("dA = np.dot(W", "W[l] -= 0.1 * dW[l]\n        dA = np.dot(W"),
    "hidden_pair_at_the_output": ("activations[l]", "activations[min(l, L - 1)]"),
    "mean_in_dw_alone": (" / m", "", "A[l - 1].T)", "A[l - 1].T) / m"),
    "mean_in_db_alone": (" / m", "", "np.sum(", "np.mean("),
    "back_slope_of_one": (
        "activations[l].derivative(Z[l])",
        "activations[l].derivative(Z[l]) if l == L else 1 - A[l] ** 2",
    ),
    "keys_from_zero": ("dW[l] =", "dW[l - 1] =", "db[l] =", "db[l - 1] ="),
    "new_weights_returned": ("return dW", "return {l: W[l] - 0.1 * dW[l] for l in W}"),
    "pass_with_turned_sign pass_without_mean": ("(A[L] - Y) / m", "(Y - A[L])"),
    "twice_over_all": ("(A[L] - Y) / m", "2 * (A[L] - Y) / Y.size"),
    "db_before_the_slope": ("np.sum(dZ", "np.sum(dA"),
    "gradient_for_w": ("np.dot(W[l].T, dZ)", "np.dot(dW[l].T, dZ)"),
    "back_slope_of_one slope_of_one": ("activations[l].derivative(Z[l])", "A[l] * (1 - A[l])"),
    "slope_of_one": ("slope =", "slope = Z[l] > 0 if l == L else"),
    "pair_of_the_output_everywhere": ("activations[l]", "activations[L]"),
    "first_pair_everywhere": ("activations[l]", "activations[l if l == L else 1]"),
}
EPOCH = {
    "step_for_theta": (
        "network.update(gradient, rate)",
        "network.theta[:] = rate * gradient.vector",
    ),
    "times_batch": ("gradient, rate", "gradient, rate * size"),
    "weighted": ("gradient, rate", "gradient, rate * len(batch) / n"),
    "gradients_kept": (
        "network.update(gradient, rate)",
        "total = total + gradient.vector\n        network.theta[:] -= rate * total",
    ),
    "half_a_step": ("gradient, rate", "gradient, rate / 2"),
    "half_of_the_parameters": (
        "network.update(gradient, rate)",
        "for l in network.W:\n            network.W[l][:] -= rate * gradient.dW[l]",
    ),
    "labels_reversed": ("Y[:, batch]", "Y[:, batch[::-1]]"),
}
EDITED = {
    **wrong_ones("layer_forward", lesson_2.FORWARD, FORWARD),
    **wrong_ones("numerical_derivative", lesson_4.BY_A_VECTOR, DERIVATIVE),
    **wrong_ones("backward", lesson_3.BACKWARD_TEXT, PASS),
    **wrong_ones("one_epoch", lesson_5.EPOCH_TEXT, EPOCH),
}
WRONG: dict[tuple[str, str], list[Answer]] = {
    **{
        (name, key): [written(name, body)]
        for name, own in BODIES.items()
        for key, body in own.items()
    },
    **{place: [answer] for place, answer in EDITED.items()},
}
MADE = "    dW[l], db[l] = delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)\n"
BACK_FIRST = (MADE, "", "return", f"{MADE}return")
TWO_EPOCHS = """
for start in [*range(0, len(order), batch_size)] * 2:
    batch = order[start : start + batch_size]
    _, caches = network.forward(X[:, batch])
    network.update(network.backward(caches, Y[:, batch]), learning_rate)
"""
WITHOUT_NAN = """
distance, lengths = np.nansum((a - n) ** 2), [np.nansum(v**2) ** 0.5 for v in (a, n)]
return distance**0.5 / sum(lengths) if sum(lengths) else 0
"""
INFINITE = """
scale = norm(a) + norm(n)
return np.inf if np.isnan(scale) else norm(a - n) / scale if scale else 0
"""
GRADIENT = """
nudges = epsilon * np.eye(len(theta))
return np.array([loss(theta + e) - loss(theta - e) for e in nudges]) / 2 / epsilon
"""
WRONG |= {
    ("backward", "back_before_the_gradients"): [written("backward", twins.PASS, *BACK_FIRST)],
    ("numerical_derivative", "whole_gradient"): [written("numerical_derivative", GRADIENT)],
    ("one_epoch", "two_epochs"): [written("one_epoch", TWO_EPOCHS)],
    ("relative_error", "nan_left_out"): [written("relative_error", WITHOUT_NAN)],
    ("relative_error", "nan_as_a_number"): [written("relative_error", INFINITE)],
}
