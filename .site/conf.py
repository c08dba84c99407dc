"""How Sphinx makes pages of the lessons: what is stored is shown, nothing is run."""

project = "Matrix backpropagation"
html_title = project
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, object] = {}  # none from elsewhere; a lab is its picture
nb_mime_priority_overrides = [("html", "text/html", 0)]
html_theme = "sphinx_book_theme"
html_theme_options: dict[str, object] = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "footer_content_items": [],
    "navbar_persistent": [],  # one field to search in is enough
}
html_static_path = ["node_modules/mathjax/es5/tex-svg-full.js", "site.css"]
html_css_files = ["site.css"]
html_copy_source = False
mathjax_path = "tex-svg-full.js"
suppress_warnings = ["mystnb.unknown_mime_type"]
