"""Health and figures for machines that look after the appliance."""

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families as parsed

from ecg_device.health import Condition, Health
from ecg_device.web import Appliance, create_app
from ecg_device.web.metrics import Family, Sample, text


def figures(body: str) -> dict[tuple, float]:
    """All samples as Prometheus's own reader takes them."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in parsed(body)
        for sample in family.samples
    }


def test_prometheus_reads_the_figures(client: FlaskClient) -> None:
    """Its own parser finds the values of the state, each once, with a kind and a help text."""
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    assert found["ecg_heart_rate_bpm",] == 72.4
    assert found["ecg_samples_late_total",] == 3
    assert found["ecg_storage_free_bytes",] == 9e9
    assert found["ecg_alarms_active", ("priority", "medium")] == 1
    assert found["ecg_signal", ("state", "ok")] == 1
    assert found["ecg_signal", ("state", "off")] == 0
    assert found["process_cpu_seconds_total",] > 0
    for family in parsed(answer.text):
        assert family.type in ("gauge", "counter") and family.documentation


def test_what_is_unknown_is_left_out(appliance: Appliance) -> None:
    """No heart rate is no sample: never 0, which a chart would draw."""
    state = {**appliance.state(), "pvc_per_min": None, "sampling": None, "source": None}
    state["heart_rate"] = {"bpm": None, "intervals": 0, "reason": "electrode RA off"}
    quiet = Appliance(appliance.broadcast, Health(), lambda: state, appliance.ask)
    found = figures(create_app(quiet).test_client().get("/metrics").text)
    assert ("ecg_heart_rate_bpm",) not in found
    assert ("ecg_samples_late_total",) not in found
    assert ("ecg_viewers",) in found


def test_labels_survive_any_text() -> None:
    """Quotes, backslashes and line breaks of a name come back as they were."""
    odd = 'a "b" \\ c\nd'
    family = Family("x", "gauge", "a\\b\nc", (Sample(0.1, {"name": odd}),))
    (read,) = parsed(text([family]))
    assert read.samples[0].labels == {"name": odd}
    assert read.samples[0].value == 0.1
    assert read.documentation == "a\\b\nc"


def test_a_fault_is_503_and_a_want_is_not(client: FlaskClient, health: Health) -> None:
    """A service manager restarts what is faulty, not what only lacks a disk."""
    assert client.get("/health").get_json() == {"state": "ok", "reasons": []}
    health.unwell("storage", Condition.DEGRADED, "disk full")
    assert client.get("/health").status_code == 200
    health.unwell("source", Condition.FAULT, "no source")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert [one["component"] for one in answer.get_json()["reasons"]] == ["source", "storage"]


def test_shipped_models_are_listed(client: FlaskClient) -> None:
    """Those in the folder `models`, with the one in use marked."""
    answer = client.get("/api/v1/models").get_json()
    assert answer["in_use"] == "aami"
    known = {model["name"]: model for model in answer["models"]}
    assert known["aami"]["shipped"] and known["aami"]["error"] is None
    assert sum(model["active"] for model in answer["models"]) == 1
