"""The pages: each is a template and the scripts it names; all data come by the API."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse


def routes() -> Blueprint:
    """An address a page."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def monitor() -> str:
        return _page("monitor")

    @pages.get("/ecg")
    def ecg() -> str:
        return _page("ecg")

    @pages.get("/recordings/<id:recording>")
    def recording(recording: int) -> str:
        return _page("recording", recording=recording)

    @pages.get("/history")
    def history() -> str:
        return _page("history")

    @pages.get("/review/<id:session>")
    def review(session: int) -> str:
        return _page("review", session=session)

    @pages.get("/alarms")
    def alarms() -> str:
        return _page("alarms")

    @pages.get("/settings")
    def settings() -> str:
        return _page("settings")

    @pages.get("/favicon.ico")
    def favicon() -> AnyResponse:
        return redirect(url_for("static", filename="icon.svg"), Response=Response)

    return pages


def _page(name: str, **values: object) -> str:
    return render_template(f"{name}.html", page=name, **values)
