"""Device: signs in with the CLI as a person does who enters a code in a browser."""

import os
import re
import subprocess
import sys

import requests

HUB = os.environ["HUB"]

login = subprocess.Popen(
    ["az", "login", "--use-device-code", "--tenant", os.environ["TENANT"]],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
)
said = []
for line in login.stderr:
    said.append(line)
    found = re.search(r"open the page (\S+) and enter the code (\S+)", line)
    if found:
        break
else:
    sys.exit("no code was shown:\n" + "".join(said))
page, code = found.groups()
assert page == HUB + "/devicelogin", page
form = {
    "code": code, "username": "owner@IURContosoCSP.onmicrosoft.com",
    "password": open("password.txt").read().strip(), "decision": "approve",
}
answer = requests.post(page, data=form, timeout=30)
assert answer.status_code == 200 and "You are signed in" in answer.text, answer.text
printed, rest = login.communicate(timeout=60)
print(printed)
if login.returncode != 0:
    sys.exit("signing in failed:\n" + "".join(said) + rest)
