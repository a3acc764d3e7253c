"""What messages say to residents in English, by event: (subject, body).

A line whose optional value is empty is left out.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "received": (
        "Report {reference} received",
        """\
The government of {city} has received your report about {category}.
Report number: {reference}
With: {agency}
You get an answer by: {due}

Follow it here: {url}
To answer, confirm or withdraw it, open your personal link: {manage_url}
Whoever has that link can act in your name.

Government of {city}
""",
    ),
    "received_commons": (
        "Report {reference} is kept, but no government answers yet",
        """\
Your report about {category} is kept under the number {reference}.
It lies in: {city}.
No government answers there on this platform at present, so no official will answer it for now.
To have it dealt with, also report it through SP4N-LAPOR!: https://www.lapor.go.id or by SMS to 1708.
Once its government does, this report is passed on under the same number.

See or withdraw it with your personal link: {manage_url}

Aduan
""",
    ),
    "asked": (
        "We need your answer about report {reference}",
        """\
To deal with report {reference} ({category}), we need your answer.
Asked by: {agency}

{question}

Answer here: {manage_url}
While we wait for you, the time limit stands still.

Government of {city}
""",
    ),
    "asked_again": (
        "Your answer about report {reference} is still missing",
        """\
We asked you something about report {reference} ({category}) and have no answer yet.
Asked by: {agency}

{question}

Answer here: {manage_url}
We wait for it until {until}.

Government of {city}
""",
    ),
    "lapsed": (
        "Report {reference} was closed without your answer",
        """\
We could not go on with your report about {category} without an answer to our question, so it was closed.
With: {agency}
If it is still wrong, please report it anew.

See the report: {manage_url}

Government of {city}
""",
    ),
    "started": (
        "Report {reference} is being worked on",
        """\
Your report about {category} is being worked on.
By: {agency}
Expected to be done by: {due}
Note: {note}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "replied": (
        "An answer to report {reference}",
        """\
{agency} has answered your report {reference} ({category}).

{note}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "scheduled": (
        "Report {reference} is scheduled",
        """\
The work for your report about {category} is scheduled for {due}.
By: {agency}
Note: {note}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "resolved": (
        "Report {reference} is done. Is it really fixed?",
        """\
Your report about {category} has been marked as done.
By: {agency}
What was done: {note}

See the result, then confirm it or reopen the report: {manage_url}
You can reopen it until {until}.

Government of {city}
""",
    ),
    "expired": (
        "Report {reference} was closed by itself. Is it over?",
        """\
Your report about {category} was closed by itself, as what is of this kind is usually over after a few hours.
Nobody has declared it done.
With: {agency}

If it isn't over, open the report again: {manage_url}
You can reopen it until {until}.

Government of {city}
""",
    ),
    "rejected": (
        "Report {reference} can't be dealt with",
        """\
The government of {city} can't deal with your report about {category}.
The reason: {reason}

If you think this is a mistake, say so here: {manage_url}

Government of {city}
""",
    ),
    "concealed": (
        "Report {reference} isn't public any more",
        """\
Your report about {category} was public. From now on only you and the officials read it; the work on it goes on.
The reason: {reason}

If you think this is a mistake, say so here: {manage_url}

Government of {city}
""",
    ),
    "wrong_category": (
        "Report {reference}: its category isn't right",
        """\
Your report was sent as {category}, so it reached people who don't deal with it.
The right category: {right_category}
The reason: {reason}

Send it again with one tap, under the same number: {manage_url}

Government of {city}
""",
    ),
    "corrected": (
        "The details of report {reference} were corrected",
        """\
Officials corrected the details of your report, so that it reaches the right people.
Category now: {category}
Handled by: {agency}
Next step by: {due}

See what has changed: {manage_url}

Government of {city}
""",
    ),
    "handed_over": (
        "Report {reference} was passed on to the government of {new_city}",
        """\
The place of your report about {category} belongs to {new_city}.
The government of {city} has passed it on to {new_city}. Its number is still {reference}; you need not report it again.
The reason: {reason}
You get an answer by: {due}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "opened_by_check": (
        "Report {reference} is open again: the work wasn't as promised",
        """\
We had said that your report about {category} is done. An official who didn't do the work looked on the spot and found
that it isn't as promised: {note}
The report is open again, with {agency}.
To be done by: {due}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "due_moved": (
        "Report {reference}: another day was promised",
        """\
The working days of the government of {city} have changed, and with them what was promised for your report.
What it is about: {category}
With: {agency}
Now promised by: {due}

Follow it here: {manage_url}

Government of {city}
""",
    ),
    "promise_passed": (
        "Report {reference}: our promise wasn't kept",
        """\
We promised you an answer or a solution for report {reference} ({category}) by now, and did not keep that.
With: {agency}
The next promised time: {due}
Those above have been told.

Is it still there, or has it been solved? Tell us with your personal link: {manage_url}

Government of {city}
""",
    ),
    "merged": (
        "Report {reference} was merged with {other_reference}",
        """\
Your report {reference} ({category}) is about the same thing as report {other_reference}, so they were merged.
Report {other_reference} is the one that is worked on; you will hear when it is done.

Follow it with your personal link: {manage_url}

Government of {city}
""",
    ),
    "unmerged": (
        "Report {reference} stands on its own again",
        """\
Your report {reference} ({category}) turned out to be about another thing, so it is dealt with on its own again.
With: {agency}
Promised by: {due}

Follow it with your personal link: {manage_url}

Government of {city}
""",
    ),
    "merged_resolved": (
        "Done: {other_reference}, with which your report {reference} was merged",
        """\
Report {other_reference}, with which your report {reference} ({category}) was merged, has been declared done.

See what was done with your personal link: {manage_url}

Government of {city}
""",
    ),
    "merged_rejected": (
        "{other_reference}, with which your report {reference} was merged, can't be dealt with",
        """\
Report {other_reference}, with which your report {reference} ({category}) was merged, can't be dealt with.

Read why with your personal link: {manage_url}

Government of {city}
""",
    ),
    "incident_answered": (
        "News about: {incident}",
        """\
The Government of {city} writes about "{incident}", to which your report {reference} belongs.

{answer}

You get this once, even if you sent several reports about it.
Your report: {manage_url}

Government of {city}
""",
    ),
    "incident_closed": (
        "Over: {incident}",
        """\
"{incident}", to which your report {reference} belongs, is over. This is the last word of the Government of {city}.

{answer}

If it isn't over where you are, open your report again with your personal link: {manage_url}

Government of {city}
""",
    ),
    "incident_answered_followed": (
        "News about: {incident}",
        """\
The Government of {city} writes about "{incident}".

{answer}

All about it: {url}
Stop following: {manage_url}

Government of {city}
""",
    ),
    "incident_closed_followed": (
        "Over: {incident}",
        """\
"{incident}" is over. This is the last word of the Government of {city}.

{answer}

All about it: {url}
Stop following: {manage_url}

Government of {city}
""",
    ),
    "incident_confirm": (
        'Follow "{incident}"?',
        """\
Somebody, perhaps you, asked for news about "{incident}" at this address.
All about it: {url}

If it was you, open this link and press "Yes, tell me": {manage_url}
If not, do nothing: you will get no further message.

Government of {city}
""",
    ),
    "sign_in_code": (
        "Your code to sign in: {code}",
        """\
Your code to sign in: {code}
It holds for ten minutes, once. Its page: {url}

If it wasn't you who asked, do nothing. Give this code to nobody, not even to an official.

Government of {city}
""",
    ),
}
