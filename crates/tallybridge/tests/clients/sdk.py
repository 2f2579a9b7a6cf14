"""SDK: every operation that the libraries for Python offer on registrations, and what they need around that."""

import json
import os
import runpy
import sqlite3
import subprocess
import time

import requests
from azure.core.exceptions import (
    ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceNotFoundError,
)
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.identity import ClientSecretCredential
from azure.mgmt.azurestack import AzureStackManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.subscription import SubscriptionClient

HUB = os.environ["HUB"]
TENANT = os.environ["TENANT"]
DIRECTORY = "10000000-0000-4000-8000-000000000002"
SUBSCRIPTION = os.environ["DEFAULT_SUBSCRIPTION"]
STAMP = os.environ["STAMP"]
GROUP = "azurestack"
REGISTRATION = os.environ["REGISTRATION"]
CUSTOMER = os.environ["CUSTOMER_SUBSCRIPTION"]
CUSTOMER_TENANT = os.environ["CUSTOMER_TENANT"]
REGISTERING = ("72000000-0000-4000-8000-000000000011", os.environ["REGISTERING_SECRET"])
APPROVING = ("72000000-0000-4000-8000-000000000012", os.environ["APPROVING_SECRET"])
BRIDGE = "71000000-0000-4000-8000-000000000013"
VERSIONS = ["2017-06-01", "2020-06-01-preview", "2022-06-01"]
NAMESPACE = "Microsoft.AzureStack"
PLACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{NAMESPACE}/registrations/{REGISTRATION}"
LOCK = PLACE + "/providers/Microsoft.Authorization/locks/RegistrationResourceLock"


def sign_in(tenant, program):
    return ClientSecretCredential(tenant, *program, authority=HUB, disable_instance_discovery=True)


class Watch(SansIOHTTPPolicy):
    """Notes what was answered, and may do something then."""

    def __init__(self):
        self.seen = []
        self.then = None

    def on_response(self, request, response):
        sent = request.http_request
        self.seen.append((sent.method, sent.url, response.http_response.status_code))
        if self.then:
            self.then(response.http_response.status_code)

    def take(self):
        seen, self.seen = self.seen, []
        return seen


CREDENTIAL = sign_in(TENANT, REGISTERING)
COMMON = {"base_url": HUB, "credential_scopes": [HUB + "/.default"]}
WATCH = Watch()


def stamps(version):
    return AzureStackManagementClient(
        CREDENTIAL, SUBSCRIPTION, api_version=version, per_retry_policies=[WATCH], **COMMON)


STACK = AzureStackManagementClient(CREDENTIAL, SUBSCRIPTION, per_retry_policies=[WATCH], **COMMON)
RESOURCES = ResourceManagementClient(CREDENTIAL, SUBSCRIPTION, **COMMON)


def token(*more, stamp=STAMP, folder=None):
    words = [
        "tallybridge", "stamp", "token", "--stamp", folder or "stamp-" + stamp, "--cloud", stamp, "--provider-subscription",
        os.environ["PROVIDER_SUBSCRIPTION"], "--region", "north", "--object-id", BRIDGE, *more,
    ]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def body(text):
    return {"location": "global", "properties": {"registrationToken": text}}


def mapping(tenant=CUSTOMER_TENANT):
    return {"properties": {"tenantId": tenant}}


def refused(kind, code, status, call, *arguments, **more):
    try:
        found = call(*arguments, **more)
        if hasattr(found, "__next__"):
            list(found)
    except HttpResponseError as error:
        seen = (type(error), error.error and error.error.code, error.status_code)
        assert seen == (kind, code, status), (seen, str(error))
        assert error.error.message and f"({code})" in str(error), str(error)
        return error
    raise AssertionError(f"{call} was not refused with {code}")


def tenants_and_secrets():
    for tenant in [DIRECTORY, TENANT, "adfs"]:
        assert sign_in(tenant, REGISTERING).get_token(HUB + "/.default").token.count(".") == 2, tenant
    for scope in ["https://management.azure.com/.default", HUB + "//.default"]:
        assert CREDENTIAL.get_token(scope).expires_on > time.time() + 900
    for tenant, program, word in [
        (TENANT, (REGISTERING[0], "wrong"), "AADSTS7000215"),
        (TENANT, ("72000000-0000-4000-8000-0000000000ff", "wrong"), "AADSTS"),
        ("adfs", (REGISTERING[0], "wrong"), "AADSTS7000215"),
    ]:
        try:
            sign_in(tenant, program).get_token(HUB + "/.default")
        except ClientAuthenticationError as error:
            assert word in str(error), str(error)
        else:
            raise AssertionError(f"{tenant}, {program}: signed in")


def subscriptions():
    client = SubscriptionClient(CREDENTIAL, **COMMON)
    found = {one.subscription_id: one for one in client.subscriptions.list()}
    assert found[SUBSCRIPTION].display_name == "Contoso shared services" and found[SUBSCRIPTION].state == "Enabled"
    assert client.subscriptions.get(SUBSCRIPTION).subscription_id == SUBSCRIPTION
    assert [one.name for one in client.subscriptions.list_locations(SUBSCRIPTION)]
    assert DIRECTORY in [one.tenant_id for one in client.tenants.list()]
    refused(ResourceNotFoundError, "SubscriptionNotFound", 404, client.subscriptions.get, CUSTOMER)


def groups():
    listed = RESOURCES.resource_groups
    assert not listed.check_existence(GROUP)
    refused(ResourceNotFoundError, "ResourceGroupNotFound", 404, listed.get, GROUP)
    assert listed.create_or_update(GROUP, {"location": "local", "tags": {"a": "b"}}).tags == {"a": "b"}
    assert listed.check_existence(GROUP) and listed.get(GROUP).location == "local"
    assert listed.update(GROUP, {"tags": {"c": "d"}}).tags == {"c": "d"}
    listed.create_or_update("other-group.(1)", {"location": "local"})
    assert [one.name for one in listed.list()] == [GROUP, "other-group.(1)"]
    listed.begin_delete("other-group.(1)").result()
    assert not listed.check_existence("other-group.(1)")


def registers_the_namespace_by_itself():
    assert RESOURCES.providers.get(NAMESPACE).registration_state != "Registered"
    made = STACK.registrations.create_or_update(GROUP, REGISTRATION, body(token()))
    assert made.cloud_id == STAMP
    statuses = [status for _, url, status in WATCH.take() if "/registrations/" in url]
    assert statuses == [409, 201], statuses
    assert RESOURCES.providers.get(NAMESPACE).registration_state == "Registered"


def providers():
    assert RESOURCES.providers.register(NAMESPACE).registration_state == "Registered"
    kinds = [one.resource_type for one in RESOURCES.providers.get(NAMESPACE).resource_types]
    assert "registrations" in kinds and "registrations/customerSubscriptions" in kinds, kinds
    assert NAMESPACE in [one.namespace for one in RESOURCES.providers.list()]


def registrations(version):
    client = stamps(version)
    assert all(one.name and one.display for one in client.operations.list())
    each = client.registrations
    made = each.create_or_update(GROUP, REGISTRATION, body(token()))
    assert (made.id, made.name, made.location) == (PLACE, REGISTRATION, "global"), made
    assert (made.object_id, made.cloud_id, made.billing_model) == (BRIDGE, STAMP, "PayAsYouUse"), made
    assert made.type == "Microsoft.AzureStack/registrations" and made.etag
    assert (made.system_data is not None) == (version == "2020-06-01-preview"), made.system_data
    for found in [
        each.get(GROUP, REGISTRATION), each.get(GROUP.upper(), REGISTRATION.upper()), *each.list(GROUP),
        *each.list_by_subscription(), each.update(GROUP, REGISTRATION, body(token())),
    ]:
        assert (found.id, found.cloud_id) == (PLACE, STAMP), found
    assert each.get_activation_key(GROUP, REGISTRATION).activation_key.count(".") == 2
    assert each.enable_remote_management(GROUP, REGISTRATION) is None
    refused(ResourceNotFoundError, "RegistrationNotFound", 404, each.get, GROUP, "none")
    refused(ResourceNotFoundError, "RegistrationNotFound", 404, each.get_activation_key, GROUP, "none")
    refused(ResourceNotFoundError, "ResourceGroupNotFound", 404, each.list, "none")
    refused(HttpResponseError, "InvalidRegistrationToken", 400, each.create_or_update, GROUP, REGISTRATION, body(""))
    refused(HttpResponseError, "InvalidRegistrationToken", 400, each.update, GROUP, REGISTRATION, body("no token"))
    other = token(stamp=os.environ["STAMP"][:-1] + "b")
    refused(ResourceExistsError, "CloudIdUpdateNotAllowed", 409, each.create_or_update, GROUP, REGISTRATION, body(other))
    refused(ResourceExistsError, "CloudIdAlreadyRegistered", 409, each.create_or_update, GROUP, "more", body(token()))
    each.delete(GROUP, "none")


def approval():
    refused(
        HttpResponseError, "UnauthorizedCspRegistration", 403,
        STACK.customer_subscriptions.create, GROUP, REGISTRATION, CUSTOMER, mapping())
    url = f"{HUB}{PLACE}/approveMultiTenancy?api-version=2017-06-01"
    for program, status in [(REGISTERING, 403), (APPROVING, 200)]:
        tenant = TENANT if program == REGISTERING else "ContosoCSP.onmicrosoft.com"
        bearer = sign_in(tenant, program).get_token(HUB + "/.default").token
        answer = requests.post(url, headers={"Authorization": "Bearer " + bearer}, timeout=30)
        assert answer.status_code == status, answer.text


def customers(version):
    each = stamps(version).customer_subscriptions
    at = (GROUP, REGISTRATION)
    assert list(each.list(*at)) == []
    made = each.create(*at, CUSTOMER, mapping())
    assert made.id == f"{PLACE}/customerSubscriptions/{CUSTOMER}" and made.tenant_id == CUSTOMER_TENANT, made
    assert made.type == "Microsoft.AzureStack/registrations/customerSubscriptions" and made.name == f"{REGISTRATION}/{CUSTOMER}"
    assert each.create(*at, CUSTOMER, mapping()).id == made.id
    assert each.get(*at, CUSTOMER).id == made.id
    assert [one.id for one in each.list(*at)] == [made.id]
    bad = HttpResponseError
    refused(bad, "InvalidCustomerSubscriptionId", 400, each.create, *at, CUSTOMER.upper(), mapping())
    refused(bad, "InvalidCustomerSubscriptionId", 400, each.create, *at, CUSTOMER, mapping(DIRECTORY))
    refused(bad, "InvalidCSPSubscription", 400, each.create, *at, SUBSCRIPTION, mapping(DIRECTORY))
    foreign = "30000000-0000-4000-8000-0000000000f1"
    refused(
        bad, "BadCustomerSubscriptionId", 400,
        each.create, *at, "40000000-0000-4000-8000-0000000000f1", mapping(foreign))
    refused(ResourceNotFoundError, "CustomerSubscriptionNotFound", 404, each.get, *at, foreign)
    refused(ResourceNotFoundError, "RegistrationNotFound", 404, each.list, GROUP, "none")
    each.delete(*at, CUSTOMER)
    each.delete(*at, CUSTOMER)


def pages_of_customers():
    each = STACK.customer_subscriptions
    for number in range(1, 102):
        tenant = f"31000000-0000-4000-8000-{number:012}"
        each.create(GROUP, REGISTRATION, f"41000000-0000-4000-8000-{number:012}", mapping(tenant))
    WATCH.take()
    names = [one.name for one in each.list(GROUP, REGISTRATION)]
    assert names == [f"{REGISTRATION}/41000000-0000-4000-8000-{number:012}" for number in range(1, 102)], names
    asked = [url for _, url, _ in WATCH.take()]
    assert len(asked) == 2 and "skipToken=" in asked[1] and asked[1].startswith(HUB + "/"), asked


def other_models():
    """A registration of another model has no customers; coming back loses none."""
    each, at = STACK.customer_subscriptions, (GROUP, REGISTRATION)
    made = STACK.registrations.update(*at, body(token("--billing-model", "Development")))
    assert made.billing_model == "Development"
    bad, code = HttpResponseError, "CustomerSubscriptionsNotAllowed"
    refused(bad, code, 400, each.create, *at, CUSTOMER, mapping())
    refused(bad, code, 400, each.get, *at, CUSTOMER)
    refused(bad, code, 400, each.list, *at)
    refused(bad, code, 400, each.delete, *at, CUSTOMER)
    STACK.registrations.update(*at, body(token()))
    assert len(list(each.list(*at))) == 101
    refused(
        bad, "SubscriptionTypeNotSupported", 400, STACK.registrations.update, *at,
        body(token("--billing-model", "Capacity", "--agreement-number", "7")))


def other_kinds():
    """What the library offers and a hub does not have is a clean answer."""
    for call in [STACK.products.list, STACK.linked_subscriptions.list_by_subscription]:
        arguments = (GROUP, REGISTRATION) if call == STACK.products.list else ()
        try:
            list(call(*arguments))
        except ResourceNotFoundError as error:
            assert error.error.code, str(error)
        else:
            raise AssertionError(f"{call} was answered")


def resources():
    each = RESOURCES.resources
    version = {"api_version": "2017-06-01"}
    shown = each.get_by_id(PLACE, **version)
    assert shown.properties["cloudId"] == STAMP, shown
    assert each.check_existence_by_id(PLACE, **version)
    assert not each.check_existence_by_id(PLACE + "x", **version)
    assert [one.id for one in each.list(filter=f"resourceType eq '{NAMESPACE}/registrations'")] == [PLACE]
    assert [one.id for one in each.list_by_resource_group(GROUP)] == [PLACE]
    tagged = each.begin_create_or_update_by_id(
        PLACE, {"location": "global", "tags": {"row": "7"}, "properties": shown.properties}, **version).result()
    assert tagged.tags == {"row": "7"} and STACK.registrations.get(GROUP, REGISTRATION).tags == {"row": "7"}
    changed = each.begin_update_by_id(PLACE, {"tags": {"row": "8"}}, **version).result()
    assert changed.tags == {"row": "8"}


def locks():
    each = RESOURCES.resources
    level = {"properties": {"level": "CanNotDelete", "notes": "who pays"}}
    made = each.begin_create_or_update_by_id(LOCK, level, api_version="2016-09-01").result()
    assert made.properties["level"] == "CanNotDelete", made
    error = refused(ResourceExistsError, "ScopeLocked", 409, STACK.registrations.delete, GROUP, REGISTRATION)
    assert PLACE in str(error)
    STACK.registrations.create_or_update(GROUP, REGISTRATION, body(token()))
    each.begin_delete_by_id(LOCK, api_version="2016-09-01").result()


def tries_again():
    """While somebody holds the database the hub says so, and the client sends the same once more."""
    database = sqlite3.connect("tallybridge-data/tallybridge.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")

    def release(status):
        if status >= 500:
            database.execute("ROLLBACK")
            WATCH.then = None

    WATCH.take()
    WATCH.then = release
    STACK.customer_subscriptions.create(GROUP, REGISTRATION, CUSTOMER, mapping())
    statuses = [status for _, _, status in WATCH.take()]
    assert statuses == [502, 200], statuses
    STACK.customer_subscriptions.delete(GROUP, REGISTRATION, CUSTOMER)


def removes_and_registers_anew():
    STACK.registrations.delete(GROUP, REGISTRATION)
    assert WATCH.take()[-1][2] == 200
    STACK.registrations.delete(GROUP, REGISTRATION)
    assert WATCH.take()[-1][2] == 204
    refused(ResourceNotFoundError, "RegistrationNotFound", 404, STACK.registrations.get, GROUP, REGISTRATION)
    assert list(STACK.registrations.list_by_subscription()) == []
    STACK.registrations.create_or_update(GROUP, REGISTRATION, body(token()))


def the_guide():
    """The program of the operator's guide, and what a stamp without a connection is given."""
    with open("token.txt", "w", encoding="ascii") as file:
        file.write(token(folder="tallybridge-stamp"))
    approval()
    done = runpy.run_path("guide.py")
    assert [one.name for one in STACK.customer_subscriptions.list(GROUP, REGISTRATION)] == [f"{REGISTRATION}/{CUSTOMER}"]
    with open("key.txt", "w", encoding="ascii") as file:
        file.write(done["key"])
    with open("keys.json", "w", encoding="utf-8") as file:
        json.dump(requests.get(HUB + "/discovery/v2.0/keys", timeout=30).json(), file)


def step(call, *arguments):
    before = time.monotonic()
    call(*arguments)
    print(f"{call.__name__} {' '.join(arguments)} {time.monotonic() - before:.1f} s", flush=True)


step(tenants_and_secrets)
step(subscriptions)
step(groups)
step(registers_the_namespace_by_itself)
step(providers)
for one in VERSIONS:
    step(registrations, one)
step(approval)
for one in VERSIONS:
    step(customers, one)
step(pages_of_customers)
step(other_models)
step(other_kinds)
step(resources)
step(locks)
step(tries_again)
step(removes_and_registers_anew)
step(the_guide)
print("everything was done")
