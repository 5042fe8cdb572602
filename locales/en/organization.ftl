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
organization-asking = { $count ->
        [one] { $count } person asking for access
       *[other] { $count } people asking for access
    }
organization-others = Other organizations
organization-all = See all of them
organization-deactivated = { $host } has switched this organization off: you can look, but not change anything, and its members can’t use its services for now.
organization-read-only = You are looking at this organization on behalf of { $host }: you can see everything, but not change anything.

# What cannot be done, and why.
organization-refused-title = That can’t be done
organization-not-referent-title = You don’t look after { $organization }
organization-not-referent = You are a member of { $organization }. Its referents look after its members and their access.
organization-referents-are = You can turn to:
organization-host-only = Only { $host } can do that.
organization-not-delegable = Only { $host } can give that role.
organization-last-title = { $organization } needs somebody
organization-last = Nobody else looks after { $organization }. Make another member referent first.
organization-stale-title = It has changed in the meantime
organization-stale = Somebody else was here before you. Nothing of what you just asked for was done: look at how things stand now, and start again if need be.
organization-too-many-title = Enough for today
organization-too-many = That address has already had an invitation today, or your organization has sent as many as it can in one day. You can go on from { $until }.
organization-to-people = Back to the people
organization-to-own = See your organizations
clash-already-member = This address already belongs to a member.
clash-already-answered = This invitation has already been answered.

# The organizations that one looks after.
index-title = The organizations you look after
index-all-title = All organizations
index-none-title = You don’t look after any organization
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
people-grid = People and their access
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
take-roles = This also takes away “{ $roles }”, which you can’t give back: only { $host } can.
take-submit = Take access away

save = Save
back = Back
list-and = { $first } and { $last }

# One member.
member-email = E-mail address
member-role = Place in the organization
member-is-member = Member
member-since = Member since
member-last-seen = Last seen
member-not-seen = not lately
member-accesses = What { $name } may use
member-saved = Saved. This is what { $name } may use now.
member-made-referent = { $name } now looks after the organization too.
member-made-member = { $name } no longer looks after the organization.
member-stale = Somebody else has changed what { $name } may use. Your choices are below, with what holds at present where it differs. Check them, then save again.
member-place = Place in { $organization }
member-referent-explained = { $name } looks after the organization: inviting and removing members, giving them access to services.
member-member-explained = { $name } uses the services of the organization, and doesn’t look after it.
member-remove = Remove from the organization
access-to = May use { $service }
access-role = Role: { $role }
access-role-fixed = (given by { $host } only)
access-open = Open to all members.
access-off = { $host } has closed this service for now.
access-present = At present: { $present }
access-with-roles = Yes, as { $roles }

role-make-referent = Make referent
role-make-member = Make member again
role-referent-title = Make { $name } a referent of { $organization }?
role-referent-effect = { $name } will be able to do all that you can do here: invite, remove, give access to services and take it away, you included.
role-referent-told = The other referents, and those who look after { $host }, will be told by mail.
role-member-title = Should { $name } no longer look after { $organization }?
role-member-effect = { $name } stays a member and keeps all their access, but won’t be able to invite, remove or give access from now on.
role-own-title = Stop looking after { $organization }?
role-own-effect = You stay a member, { $name }, and keep your access. But you won’t come back to these pages unless another referent asks you to.
role-own-submit = Stop looking after it

remove-title = Remove { $name } from { $organization }?
remove-services = { $name } will lose, right now, the access that comes from here: { $services }.
remove-effect = { $name } will be told by mail, and keeps their { $host } account. To come back, they will need a new invitation.
remove-submit = Remove { $name }
remove-own-title = Leave { $organization }?
remove-own-services = You will lose, right now, the access that comes from here: { $services }.
remove-own-effect = You will no longer look after { $organization }. To come back, you will need a new invitation.
remove-own-submit = Leave the organization

# Inviting.
invite-title = Invite somebody
invite-error-title = The invitation was not sent
invite-email = E-mail address
invite-email-help = The person gets a mail, and decides whether to join. The invitation is good for seven days, and for this address only.
invite-accesses = What they may use once they have joined
invite-role = Place in the organization
invite-referent = Will look after the organization (referent)
invite-referent-help = Referents invite and remove people of { $organization }, and give them access to services.
invite-submit = Send the invitation
invite-many = Many people to invite?

invitations-intro = Those who have accepted are no longer here, but on the page “People”.
invitations-none-title = No invitation is waiting
invitations-none = Invite somebody by their e-mail address: they decide whether to join. You’ll see here what becomes of it.
invitations-sent = The invitation to { $email } is on its way. It is good for seven days.
invitations-sent-again = A new invitation is on its way to { $email }. The former link no longer works.
invitations-withdrawn = The invitation to { $email } is withdrawn.
invitations-error-title = The invitation was not sent again
invited-pending = Waiting, until { $date }
invited-declined = Declined
invited-expired = No answer, expired on { $date }
invited-void = No longer valid: whoever sent it doesn’t look after the organization any more
invited-by-host = the { $host } team
invited-sent-by = Sent on { $date } by { $name }
invited-gives = Will be able to use: { $services }
invited-resend = Send again
invited-withdraw = Withdraw
withdraw-title = Withdraw the invitation to { $email }?
withdraw-effect = The link that was sent will no longer work. You can invite that address again later.
withdraw-submit = Withdraw the invitation

# The list.
list-title = The list of people
list-intro = Do you keep the list of your members in a spreadsheet? Paste it here: you’ll see what would change before anything does.
list-error-title = The list could not be read
list-paste = Paste the list
list-paste-help = One person on each line, as shown below. Cells copied from a spreadsheet will do as they are.
list-file = Or choose a file
list-file-help = A CSV file: every spreadsheet can save one. If you choose one, it is read instead of what is pasted.
list-complete = This is the complete list: remove members who are not in it
list-complete-help = If you leave it unticked, the list only adds and changes. If you tick it, members who are not in the list are removed and lose their access, and waiting invitations that are not in it are withdrawn.
list-preview = See what would change
list-preview-help = Nothing is done yet: you decide on the next page.
list-form-title = How to write it
list-form = For example:
list-form-email = First the e-mail address: that is how people are told apart.
list-form-role = Then their place: “member” or “referent”. Left empty, it stays as it is.
list-form-services = Then what they may use, with a space between two services. A role comes after the service and a colon; two roles have a plus sign between them.
list-form-none = A single dash takes all access away. Left empty, access stays as it is.
list-words = What your services are called in the list
list-word = To write
list-word-roles = With a role
list-example-member = member
list-example-referent = referent
list-today-title = Start from today’s list
list-today = Download it, change it in your spreadsheet, and bring it back. As it is, it changes nothing.
list-download = Download today’s list

flaw-list-empty = Paste a list, or choose a file.
flaw-list-too-long = Send it in several parts: it takes half a megabyte at most.
flaw-list-too-many-lines = Send it in several parts: it takes 5,000 lines at most.
flaw-list-no-address-column = Put the e-mail address in the first column, or name the column “email” on the first line.
flaw-list-not-csv = Look for a quotation mark that is opened and not closed.
flaw-list-not-text = Choose a text file, in the CSV format.
flaw-list-spreadsheet = Open this workbook in your spreadsheet and save it as CSV: it can’t be read as it is.

list-preview-title = What your list would change
list-applied-title = Your list is applied
list-not-yet = Nothing is done yet.
list-nothing = This list changes nothing: everything is already as it says.
list-stale = Your list would no longer change the same things. Here is what it would change now.
list-invite = { $count ->
        [one] { $count } person to invite
       *[other] { $count } people to invite
    }
list-invited = { $count ->
        [one] { $count } person invited
       *[other] { $count } people invited
    }
list-change = { $count ->
        [one] { $count } member to change
       *[other] { $count } members to change
    }
list-changed = { $count ->
        [one] { $count } member changed
       *[other] { $count } members changed
    }
list-change-invitation = { $count ->
        [one] { $count } invitation to change
       *[other] { $count } invitations to change
    }
list-changed-invitation = { $count ->
        [one] { $count } invitation changed
       *[other] { $count } invitations changed
    }
list-remove = { $count ->
        [one] { $count } person to remove
       *[other] { $count } people to remove
    }
list-removed = { $count ->
        [one] { $count } person removed
       *[other] { $count } people removed
    }
list-withdraw = { $count ->
        [one] { $count } invitation to withdraw
       *[other] { $count } invitations to withdraw
    }
list-withdrew = { $count ->
        [one] { $count } invitation withdrawn
       *[other] { $count } invitations withdrawn
    }
list-unchanged = { $count ->
        [one] { $count } line changes nothing.
       *[other] { $count } lines change nothing.
    }
list-refused = { $count ->
        [one] { $count } line left out
       *[other] { $count } lines left out
    }
list-refused-help = This doesn’t hold up the rest. Correct your list and send it again: what is already done will not be done twice.
list-apply = { $count ->
        [one] Make this change
       *[other] Make these { $count } changes
    }
list-edit = Correct the list
list-see-people = See the people
list-column-line = Line
list-column-reason = Why
list-line = Line { $line }
list-as-referent = as a referent
list-with = will be able to use { $services }
list-becomes-referent = becomes a referent
list-becomes-member = becomes a member again
list-gets = gets { $services }
list-loses = loses { $services }
list-loses-all = loses all access that comes from here
list-not-an-address = This is not an e-mail address.
list-repeated = This address is in the list twice: the first line counts.
list-declined = This person has declined. If they have changed their mind, invite them separately.
list-invited-lately = This address was sent an invitation less than a day ago.
list-quota = Your organization can’t send more invitations today. Send the list again tomorrow.
list-unknown-service = No service of yours has that name: see how to write them.
list-unknown-role = That service has no such role.
list-not-delegable = Only the host’s team can give that role.
list-unknown-place = Write “member” or “referent”, or nothing.
list-yourself = You are not in the list: you are not removed by it.
list-last-referent = Nobody would look after the organization any more.
list-not-possible = That can’t be done.

# The journal.
organization-journal-intro = What was done in this organization, by whom, and to whom. Nobody can change it.
organization-journal-none-title = Nothing has happened yet
organization-journal-none = Invitations, access given and taken away, and people joining or leaving will show here.
journal-somebody-gone = somebody whose account no longer exists
journal-host = The { $host } team
journal-outsider = Somebody from elsewhere
journal-refused = Refused
happened-joined = { $who } accepted the invitation and joined.
happened-declined = { $who } declined the invitation.
happened-left = { $who } left.
happened-gave-up = { $who } gave up access to { $service }.
happened-removed = { $who } removed { $person }.
happened-placed = { $who } put { $person } into the organization.
happened-made-referent = { $who } made { $person } a referent.
happened-made-member = { $who } made { $person } a member again.
happened-given = { $who } gave { $person } access to { $service }.
happened-given-roles = { $who } gave { $person } access to { $service }, as { $what }.
happened-no-role = { $who } took the roles of { $person } in { $service } away.
happened-roles = { $who } changed the roles of { $person } in { $service }: { $what }.
happened-taken = { $who } took access to { $service } away from { $person }.
happened-attached = { $who } opened { $service } to the organization.
happened-detached = { $who } closed { $service } to the organization.
happened-created = { $who } created the organization.
happened-settings = { $who } changed the name, the contact or the state of the organization.
happened-invited = { $who } invited { $what }.
happened-invited-again = { $who } invited { $what } again.
happened-invitation-changed = { $who } changed what the invitation to { $what } gives.
happened-invitation-withdrawn = { $who } withdrew the invitation to { $what }.
happened-list = { $who } applied a list: { $what }.
happened-exported = { $who } downloaded the list of members.
happened-refused = { $who } tried something that was not allowed: { $what }.
reason-not-referent = only referents can do that
reason-read-only = this person may only look
reason-deactivated = the organization is switched off
reason-not-delegable = only the host’s team can give that role
reason-last-referent = nobody would look after the organization any more
reason-host-only = only the host’s team can do that
