"""Every way in which real documents declare a rate limit (rules.md, section 4), and those that do not count."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.openapi.ratelimit import is_rate_limit_header, is_reset_header, strictest

HEAD = 'openapi: 3.0.3\ninfo: {title: t, version: "1"}\n'


@pytest.mark.parametrize(
    "name",
    [
        "RateLimit-Policy",
        "RateLimit",
        "ratelimit-limit",
        "RateLimit-Reset",
        "X-RateLimit-Limit",
        "x-ratelimit-remaining",
        "X-Rate-Limit-Limit",
        "X-Rate-Limit-Config",
        "x-ratelimit-limit-requests",
        "X-RateLimit-Limit-Minute",
        "X-Rate-Limit",
        "X-Quota-Remaining",
        "X-App-Rate-Limit",
        "X-Method-Rate-Limit-Count",
        "X-Daily-Requests-Left",
        "X-Shopify-Shop-Api-Call-Limit",
    ],
)
def test_header_families(name: str) -> None:
    assert is_rate_limit_header(name)


@pytest.mark.parametrize("name", ["Retry-After", "X-Limit", "Rate", "X-RateLimited", "Content-Length", ""])
def test_other_headers(name: str) -> None:
    assert not is_rate_limit_header(name)


@pytest.mark.parametrize(
    ("name", "resets"), [("X-RateLimit-Reset", True), ("ratelimit", True), ("X-RateLimit-Limit", False)]
)
def test_reset_headers(name: str, resets: bool) -> None:
    assert is_reset_header(name) is resets


def evidence(
    build_api: Any, root: str = "", path: str = "", own: str = "", responses: str = ""
) -> list[tuple[str, str]]:
    text = f"""
openapi: 3.0.3
info: {{title: t, version: "1"}}
{root}
paths:
  /a:
    {path}
    get:
      operationId: readA
      {own}
      responses: {{'200': {{description: ok}}{responses}}}
"""
    return [(one.kind, one.name) for one in build_api(text).operations[0].rate_limit]


@pytest.mark.parametrize(
    ("extension", "counts"),
    [
        ("x-kong-plugin-rate-limiting: {config: {minute: 5}}", True),
        ("x-kong-plugin-rate-limiting: {minute: 5}", False),
        ("x-kong-plugin-rate-limiting: {enabled: false, config: {minute: 5}}", False),
        ("x-kong-plugin-rate-limiting: {$ref: '#/components/x-kong/plugins/limit'}", False),
        ("x-kong-plugin-rate-limiting-advanced: {config: {limit: [5], window_size: [60]}}", True),
        ("x-kong-plugins: [rate-limiting]", False),
        ("x-wso2-throttling-tier: Gold", True),
        ("x-wso2-throttling-tier: Unlimited", False),
        ("x-throttling-tier: 10KPerMin", True),
        ("x-zuplo-route: {policies: {inbound: [my-rate-limit-inbound]}}", True),
        ("x-zuplo-route: {policies: {inbound: [auth]}}", False),
        ("x-yc-apigateway-rate-limit: {allRequests: {rps: 5}}", False),
        ("x-apigateway-ratelimit: gold", True),
        ("x-42c-local-strategy: {x-42c-strategy: {protections: [{x-42c-request-limiter_0.1: {hits: 5}}]}}", True),
        ("x-42c-local-strategy: {x-42c-strategy: {protections: []}}", False),
        ("x-amazon-apigateway-throttling: {rateLimit: 5}", False),
        ("x-amazon-apigateway-throttle-settings: {rateLimit: 5}", False),
        ("x-rate-limit: 120/min", True),
        ("x-ratelimit: 100", True),
        ("x-rateLimit: {limit: 5, period: 1m}", True),
        ("x-rate-limits: [{max: 1}]", True),
        ("x-rate-limit: {enabled: false}", False),
        ("x-rate-limit: unlimited", False),
        ("x-rate-limit: 0", False),
        ("x-throttling: {rate: 5}", True),
        ("x-quota: 5", True),
        ("x-sla: sla.yaml", True),
        ("x-speakeasy-retries: {statusCodes: ['429']}", False),
        ("x-apisix-plugins: {limit-count: {count: 5}}", True),
        ("x-apisix-plugins: {cors: {}}", False),
        ("x-ibm-configuration: {enforced: true}", False),
        ("x-graviteeio-definition: {flows: [{pre: [{policy: rate-limit}]}]}", True),
        ("x-kong-plugin-rate-limiting: 5", False),
        ("x-zuplo-route: []", False),
    ],
)
@pytest.mark.parametrize("level", ["root", "path", "own"])
def test_extensions_at_each_level(build_api: Any, level: str, extension: str, counts: bool) -> None:
    assert bool(evidence(build_api, **{level: extension})) is counts


def test_tyk_names_the_operation_and_needs_a_rate(build_api: Any) -> None:
    rate = "{enabled: true, rate: 5, per: 1s}"
    own = "x-tyk-api-gateway: {middleware: {operations: {%s: {rateLimit: %s}}}}"
    assert evidence(build_api, own % ("readA", rate))
    assert not evidence(build_api, own % ("other", rate))
    assert not evidence(build_api, own % ("readA", "{enabled: true, rate: 0}"))
    assert evidence(build_api, f"x-tyk-api-gateway: {{upstream: {{rateLimit: {rate}}}}}")


def test_google_needs_both_halves(build_api: Any) -> None:
    root = "x-google-api-management: {quota: {limits: [{metric: reads, values: {STANDARD: 5}}]}}"
    assert evidence(build_api, root, own="x-google-quota: {metricCosts: {reads: 1}}")
    assert not evidence(build_api, root)
    assert not evidence(build_api, root, own="x-google-quota: {metricCosts: {writes: 1}}")
    assert not evidence(build_api, own="x-google-quota: {metricCosts: {reads: 1}}")


def test_headers_and_a_429_count_but_default_does_not(build_api: Any) -> None:
    header = "headers: {ratelimit-limit: {schema: {type: integer}}}"
    assert evidence(build_api, responses=f", '403': {{description: a, {header}}}") == [("header", "ratelimit-limit")]
    assert evidence(build_api, responses=", '429': {description: a}") == [("response", "429")]
    assert not evidence(build_api, responses=", default: {description: a}, 4XX: {description: b}")


@pytest.mark.parametrize(
    ("extension", "rate"),
    [
        ("x-kong-plugin-rate-limiting: {config: {second: 5, limit_by: ip}}", "5 requests a second"),
        ("x-kong-plugin-rate-limiting-advanced: {config: {limit: [10], window_size: [60]}}", "10 requests a minute"),
        ("x-kong-plugin-response-ratelimiting: {config: {limits: {sms: {minute: 5}}}}", None),
        ("x-throttling-tier: 10KPerMin", "10,000 requests a minute"),
        ("x-throttling-tier: Gold", None),
        ("x-tyk-api-gateway: {upstream: {rateLimit: {enabled: true, rate: 5, per: 1m}}}", "5 requests a minute"),
        (
            "x-42c-local-strategy: {x-42c-strategy: {protections: [{x-42c-request-limiter: {hits: 5, window: 10}}]}}",
            "5 requests in 10 seconds",
        ),
        ("x-rate-limit: 120/min", "120 requests a minute"),
        ("x-ratelimit: 100", None),
        ("x-rateLimit: {limit: 5, period: 1m}", "5 requests a minute"),
        ("x-rate-limits: [{max: 1, window: 60}]", "1 request a minute"),
        ("x-apisix-plugins: {limit-count: {count: 5, time_window: 60}}", "5 requests a minute"),
        ("x-zuplo-route: {policies: {inbound: [rate-limit-inbound]}}", None),
    ],
)
def test_rates_of_extensions(build_api: Any, extension: str, rate: str | None) -> None:
    text = f"{HEAD}paths: {{/a: {{get: {{{extension}, responses: {{}}}}}}}}"
    (found,) = build_api(text).operations[0].rate_limit
    assert (None if found.rate is None else str(found.rate)) == rate


def test_rate_of_google(build_api: Any) -> None:
    limit = '{metric: reads, unit: "1/min/{project}", values: {STANDARD: 60}}'
    (found,) = (
        build_api(f"""
openapi: 3.0.3
info: {{title: t, version: "1"}}
x-google-api-management: {{quota: {{limits: [{limit}]}}}}
paths: {{/a: {{get: {{x-google-quota: {{metricCosts: {{reads: 2}}}}, responses: {{}}}}}}}}
""")
        .operations[0]
        .rate_limit
    )
    assert (str(found.rate), found.rate.scope) == ("30 requests a minute", "consumer")


def test_the_strictest_rate(build_api: Any) -> None:
    text = "x-rate-limit: 5/s, x-throttling: 100/min, responses: {'429': {description: no}}"
    found = strictest(build_api(f"{HEAD}paths: {{/a: {{get: {{{text}}}}}}}").operations[0])
    assert found is not None
    assert found.name == "x-throttling"
