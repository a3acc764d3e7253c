"""What messages say in English, by event: (subject, body). A line whose optional value is empty is left out."""

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
No government is connected there yet, so no official will answer it for now.
To have it dealt with, also report it through SP4N-LAPOR!: https://www.lapor.go.id or by SMS to 1708.
Once that government is connected, this report is passed on under the same number.

See or withdraw it with your personal link: {manage_url}

Aduan
""",
    ),
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
    "reporter_wrote": (
        "The reporter wrote about report {reference}",
        """\
The reporter has replied to a message about report {reference} ({category}).
Next due by: {due}

Read it here: {url}

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
}
