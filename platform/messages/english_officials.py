"""What messages to officials, crews and operators say in English, as `english.py` says it to residents."""

TEXTS: dict[str, tuple[str, str]] = {
    "new_for_agency": (
        "New report {reference}: {category}",
        """\
A new report about {category} has come in for {agency}.
Report number: {reference}
To be answered by: {due}

Open it and act on it: {url}
If it is not yours, pass it on from the same page.

Government of {city}
""",
    ),
    "new_in_agency": (
        "New for {agency}: report {reference}, {category}",
        """\
A report about {category} has come in for {agency}, and nobody has taken it yet.
Report number: {reference}
To be answered by: {due}

Open it and take it on: {url}
If it is not yours, pass it on from the same page.

Government of {city}
""",
    ),
    "many_for_agency": (
        "{count} new reports for {agency}",
        """\
{count} reports have come in for {agency} at the same time. In brackets: to be answered by.

{lines}

All of them in your queue: {url}
What is not yours, pass on from its own page.

Government of {city}
""",
    ),
    "many_in_agency": (
        "{count} new reports for {agency}",
        """\
{count} reports have come in for {agency} at the same time, and nobody has taken them yet.
In brackets: to be answered by.

{lines}

All of them in your queue: {url}
What is not yours, pass on from its own page.

Government of {city}
""",
    ),
    "unanswered": (
        "No answer about report {reference}: the time limit runs again",
        """\
The reporter has not answered the question about report {reference} ({category}), though reminded.
The time limit runs again.
Next due by: {due}

Go on without the answer: {url}

Government of {city}
""",
    ),
    "pause_asked": (
        "To decide: may the clock of report {reference} stand still?",
        """\
A pause was asked for report {reference} ({category}).
With: {agency}
Until it is approved the clock runs.

Approve or refuse it: {url}

Government of {city}
""",
    ),
    "answered": (
        "The reporter has answered about report {reference}",
        """\
The reporter has answered the question about report {reference} ({category}).
The time limit runs again.
Next due by: {due}

Read the answer and go on: {url}

Government of {city}
""",
    ),
    "reporter_wrote": (
        "The reporter wrote about report {reference}",
        """\
The reporter has replied to a message about report {reference} ({category}).
Next due by: {due}

Read it here: {url}

Government of {city}
""",
    ),
    "objected": (
        "An objection to what report {reference} shows",
        """\
Somebody objects to what everybody can read in report {reference} ({category}).
What they say: {note}

Look at it here: {url}

Government of {city}
""",
    ),
    "added": (
        "Somebody added to report {reference}",
        """\
Somebody else has added a photo or words to report {reference} ({category}).
Nobody sees it until you have looked at it.

Show it or leave it out: {url}

Government of {city}
""",
    ),
    "returned": (
        "Report {reference} was returned by the government of {new_city}",
        """\
The government of {new_city} has returned report {reference} ({category}) to {city}.
The reason: {reason}
To be answered by: {due}

Open it and act on it: {url}

Government of {city}
""",
    ),
    "overturned": (
        "Report {reference}: a check on the spot found it not as promised",
        """\
Report {reference} ({category}) was checked on the spot and isn't as promised, so it is open again.
What was found: {note}
To be dealt with by: {due}

Open it and act on it: {url}

Government of {city}
""",
    ),
    "reopened": (
        "Report {reference} was reopened by the reporter",
        """\
The reporter has reopened report {reference} ({category}), as it isn't fixed.
The reason: {reason}
To be dealt with by: {due}

Open it and act on it: {url}

Government of {city}
""",
    ),
    "withdrawn": (
        "Report {reference} was withdrawn by the reporter",
        """\
The reporter has withdrawn report {reference} ({category}).
Nothing more needs to be done for it.
The reason: {reason}

See the report: {url}

Government of {city}
""",
    ),
    "disputed": (
        "Whose report is {reference}: {city} or {new_city}?",
        """\
The government of {city} and that of {new_city} have passed report {reference} to and fro.
The government of {city}, which has it now, says: {reason}

Decide which of them keeps it: {url}

Aduan
""",
    ),
    "decided": (
        "Decided: {new_city} keeps report {reference}",
        """\
The operator of the platform has decided that the government of {new_city} keeps report {reference} ({category}).
The reason: {reason}
It can't be passed back to the other of the two cities.

See the report: {url}

Government of {city}
""",
    ),
    "disagree": (
        "Two agencies pass report {reference} to and fro",
        """\
Report {reference} ({category}) went to and fro between two agencies.
{agency}, which has it now, says that it isn't theirs.
The reason: {reason}

Decide whose it is and assign it: {url}
Whoever loses can't pass it back to the other.

Government of {city}
""",
    ),
    "work": (
        "Task for {who}: {category}",
        """\
{note}

Open the task, take a photo there and send it ({reference}): {url}
The link holds until {due}.

Government of {city}
""",
    ),
    "work_done": (
        "{who} sent work for report {reference}",
        """\
{who} sent photos of the work for report {reference} ({category}).
They write: {note}

Look at it, and accept it or send it back: {url}

Government of {city}
""",
    ),
    "part_asked": (
        "A part for {agency}: report {reference}",
        """\
Your agency is asked for a part of report {reference} ({category}).
What is to be done: {note}
Due by: {due}

See it, and say when it is done: {url}

Government of {city}
""",
    ),
    "part_done": (
        "{who} has done its part of report {reference}",
        """\
{who} has done its part of report {reference} ({category}).
They write: {note}

Go on with the report: {url}

Government of {city}
""",
    ),
    "part_refused": (
        "{who} refuses its part of report {reference}",
        """\
{who} doesn't take the part that it was asked for in report {reference} ({category}).
The reason: {note}

Ask somebody else, or drop the part: {url}

Government of {city}
""",
    ),
    "part_dropped": (
        "The part in report {reference} isn't needed any more",
        """\
Your agency's part of report {reference} ({category}) isn't needed any more.
The reason: {note}

See the report: {url}

Government of {city}
""",
    ),
    "part_late": (
        "A part of report {reference} is late",
        """\
A part of report {reference} ({category}) should have been done by {agency}.
What is to be done: {note}
It was due: {due}

See to it: {url}

Government of {city}
""",
    ),
    "reminder": (
        "Reminder: report {reference}, {category}",
        """\
Report {reference} ({category}) is waiting, and its time is running out.
With: {agency}
Due: {due}

Open it and act on it: {url}

Government of {city}
""",
    ),
    "escalated": (
        "Late: report {reference}, {category}",
        """\
What was promised for report {reference} ({category}) has not been kept, so it comes to you.
With: {agency}
Due: {due}

See what is needed: {url}

Government of {city}
""",
    ),
    "on_the_board": (
        "Nobody has answered report {reference}",
        """\
Nobody has answered the reporter of {reference} ({category}), so it now stands on the city's board.
With: {agency}
Due: {due}

See the report: {url}

Government of {city}
""",
    ),
    "mentioned": (
        "{who} calls you to report {reference}",
        """\
{who} named you in an internal note about report {reference} ({category}).

{note}

Open the report: {url}
Only officials read such notes.

Government of {city}
""",
    ),
    "invited": (
        "You are invited to handle the reports of {city}",
        """\
Hello {who},

you are invited to work on the reports of residents in {city}.
Invited by: {inviter}

Open the page and accept: {url}
The link is yours alone, works once, and until {until}.

If you don't know what this is about, do nothing.

Government of {city}
""",
    ),
    "password": (
        "A new password for your account",
        """\
Hello {who},

somebody, probably you, asked for a new password for your account.

Choose it here: {url}
The link works once, and until {until}.

If it wasn't you, do nothing: your password stays as it is.

Aduan
""",
    ),
}
