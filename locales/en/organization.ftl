# For those who look after an organization: its people, invitations, list, journal.

yes = Yes
no = No
undo = Undo
keep-as-is = Change nothing

# Around every page.
organization-people = People
organization-invitations = Invitations
organization-list = The list
organization-journal = Journal
organization-others = Other organizations
organization-all = See all of them
organization-deactivated = { $host } has switched this organization off: you can look, but change nothing, and its members can’t use its services for now.
organization-read-only = You look at this organization for { $host }: you see everything and change nothing.

# What cannot be done, and why.
organization-refused-title = That can’t be done
organization-not-referent-title = You don’t look after { $organization }
organization-not-referent = You are a member of { $organization }. Its people and their accesses are looked after by its referents.
organization-referents-are = You can turn to:
organization-host-only = Only { $host } can do that.
organization-not-delegable = Only { $host } gives that role.
organization-last-title = { $organization } needs somebody
organization-last = Nobody else looks after { $organization }. Make another member referent first.
organization-stale-title = It has changed in the meantime
organization-stale = Somebody else was here before you. Nothing of what you just asked was done: look at how things stand now, and start again if need be.
organization-too-many-title = Enough for today
organization-too-many = That address has already had an invitation today, or your organization has sent as many as it may in one day. You can go on from { $until }.
organization-to-people = Back to the people
organization-to-own = See your organizations
clash-already-member = This address is that of a member already.
clash-already-answered = This invitation has been answered already.

# The organizations that one looks after.
index-title = The organizations you look after
index-all-title = All organizations
index-none-title = You look after no organization
index-none = A referent of an organization, or the host’s team, can ask you to.
index-off = Switched off
pages-first = First page

# People.
people-counts = { $count ->
        [one] { $count } member
       *[other] { $count } members
    }, { $invited ->
        [0] no invitation waiting
        [one] { $invited } invitation waiting
       *[other] { $invited } invitations waiting
    }
people-invite = Invite somebody
people-invite-one = Invite somebody
people-paste-list = Paste a list
people-alone-title = You’re on your own here
people-alone = Invite people one by one, or paste the list that you keep in a spreadsheet. Each gets a mail and decides whether to join.
people-search = Name or e-mail address
people-search-submit = Search
people-search-too-long = Shorten it: a hundred characters at most.
people-see-all = See everybody
people-service = Service
people-every-service = Every service
people-none-title = Nobody matches “{ $text }”
people-none = Try part of the name, or part of the address. Perhaps the person has not accepted their invitation yet.
people-no-service = No service is open to your organization yet. { $host } opens them.
people-grid = People and their accesses
people-person = Person
people-service-open = open to all members
people-service-off = closed for now
people-referent = Referent
people-you = (you)
people-pages = Pages
people-previous = Previous page
people-next = Next page
people-export-intro = To keep, or to change in a spreadsheet:
people-export = Download the list of members
people-removed = { $name } is no longer in { $organization }.

# A press in the grid.
grid-give = Give { $name } access to { $service }
grid-take = Take access to { $service } away from { $name }
grid-given = { $name } now has access to { $service }.
grid-taken = { $name } no longer has access to { $service }.

take-title = Take access to { $service } away from { $name }?
take-effect = { $name } will lose access to { $service } right now.
take-roles = The role “{ $roles }” will be lost too, and you can’t give it back: only { $host } can.
take-submit = Take access away
