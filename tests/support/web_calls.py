"""Calls of the person who is logged in, sent as the web client sends them."""

from support.screen import LOCALES


def call(screen, model, method, *arguments, **named):
    """Call a method through the web client's own route.

    :param Screen screen: where somebody is logged in
    :return: what the method returned
    """
    named.setdefault("context", {"lang": LOCALES[screen.language].replace("-", "_")})
    answer = screen.page.evaluate(
        """async ([model, method, args, kwargs]) => {
            const response = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {model, method, args, kwargs}}),
            });
            return response.json();
        }""",
        [model, method, list(arguments), named],
    )
    assert "error" not in answer, answer["error"]
    return answer.get("result")
