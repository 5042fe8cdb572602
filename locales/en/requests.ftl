# Who asks for access to a service, for those who can answer.

requests-title = Requests for access
requests-intro = A service didn’t let these people in, and they ask for access. They get your answer by e-mail.
organization-requests = Requests
requests-intro-here = A service didn’t let these members in, and they ask for access. Accepting gives access, without a role: roles are chosen on the member’s page. They get your answer by e-mail.
requests-none-here = When a service of the organization doesn’t let a member in, the page that says so lets them ask for access. Requests come here, and an e-mail tells you.
requests-none-title = No requests
requests-none = When a service doesn’t let somebody in, the page that says so lets them ask for access. Requests that don’t go through an organization come here.
requests-asks = Asks for access to { $service }.
requests-since = Asked on { $date }
requests-through = As a member of “{ $organization }”, which nobody looks after at present: the access will be given by that organization.
requests-new-group = No group may use this service yet. Accepting makes a group named after { $service }, opens the service to it and puts this person in it.
requests-one-group = Accepting puts this person into the group { $group }.
requests-opens-also = This group also opens: { $services }.
requests-which-group = Into which group?
requests-accept = Accept
requests-decline = Decline
requests-accepted = { $name } can use { $service } now.
requests-declined = You declined to give { $name } access to { $service }. They can ask again in a week.
requests-group-made = The group { $group } was made, and { $service } is open to it.
requests-error-title = The answer wasn’t recorded
requests-choose-group = Choose a group for this person.
requests-already-answered = Somebody has already answered this request.
requests-read-only = You can see the requests, but not answer them.
