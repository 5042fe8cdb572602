# Services, for those who run the instance.
admin-services = Services
admin-services-search = Name or identifier of the service
admin-services-all = All services
admin-services-none = No service
admin-services-pages = Pages of services
admin-service = Service
admin-service-off = Switched off
admin-service-who = Who may use it
admin-service-everyone = Everybody
admin-service-nobody = Nobody
admin-service-groups = { $count ->
        [one] { $count } group
       *[other] { $count } groups
    }
admin-service-organizations = { $count ->
        [one] { $count } organization
       *[other] { $count } organizations
    }
admin-service-members = { $count ->
        [0] nobody
        [one] { $count } person
       *[other] { $count } people
    }
admin-service-closed = Nobody may use this service yet.
admin-service-by-group = group { $group }
admin-service-by-organization = { $organization }: the people who were given access
admin-service-by-organization-all = { $organization }: all members
admin-service-by-organization-off = { $organization }: switched off, opens nothing
admin-service-other-organizations = { $count ->
        [one] and { $count } other organization
       *[other] and { $count } other organizations
    }

# The page of a service.
admin-service-settings = Settings
admin-service-id = Client id
admin-service-issuer = Issuer
admin-service-discovery = Discovery address
admin-service-proof = The service proves who it is
admin-service-proof-secret = by a secret
admin-service-proof-key = by a key of its own
admin-service-proof-none = not at all: an application in a browser or on a telephone
admin-service-redirects = Redirect URIs
admin-service-redirects-help = From the documentation of the service, to the letter. One on each line.
admin-service-hosts = Protected by the proxy at
admin-service-start = Front page of the service
admin-service-signed-out = Back after signing out
admin-service-backchannel = Told of sign-outs at
admin-service-scopes = Scopes
admin-service-groups-claim = Groups
admin-service-claim = in “{ $name }”, { $how }
admin-service-format-plain = names only
admin-service-format-role = with roles, like atelier/editor
admin-service-format-slash = like paths: /atelier/editor
admin-service-roles-claim = Roles in
admin-service-renamed = Changed names
admin-service-pkce = PKCE is required
admin-service-consent = Consent of people
admin-service-ours = not asked: it is the host’s own
admin-service-asked = asked at the first sign-in
admin-service-signature = Signature
admin-service-two-steps = Two-step sign-in is required
admin-service-elsewhere = Settings are changed on the server:
admin-service-secret = Secret
admin-service-secret-since = Made on { $since }
admin-service-secret-until = The old one, made on { $since }, is accepted until { $until }
admin-service-sign-outs = Sign-out notices
admin-service-not-told = This service has no address to be told at: its sessions last as long as it likes.
admin-service-told-last = Last notice received
admin-service-told-never = none so far
admin-service-told-waiting = Waiting
admin-service-told-failed = Given up
admin-service-ended = Session ended
admin-service-outcome = Outcome
admin-service-told-at = Told on { $when }
admin-service-told-given-up = { $count ->
        [one] Given up after one try
       *[other] Given up after { $count } tries
    }
admin-service-told-waits = { $count ->
        [0] Waiting
        [one] Waiting, tried once
       *[other] Waiting, tried { $count } times
    }

# What is done to a service, after having asked.
admin-service-disable = Switch the service off
admin-service-disable-title = Switch { $name } off?
admin-service-disable-effect = Nobody can sign in to { $name } any more, and all that it holds ends right away. Nothing is deleted: it can be switched on again.
admin-service-disable-done = { $name } is switched off.
admin-service-enable = Switch the service on
admin-service-enable-title = Switch { $name } on again?
admin-service-enable-effect = Whoever could use { $name } can use it again.
admin-service-enable-done = { $name } is switched on.
admin-service-delete = Delete the service
admin-service-delete-title = Delete { $name }?
admin-service-delete-effect = Nobody will be able to sign in to { $name } any more. Its settings, its roles, the accesses given by organizations and what people agreed to are deleted for good. For a pause, switch it off instead.
admin-service-delete-done = The service is deleted.
admin-refused-stale = Somebody else has changed this in the meantime. Look at what is there before you try again.

# Who may use it.
admin-service-access = Choose who may use it
admin-service-who-is-that = See who may use it
admin-service-policy = Open to
admin-service-policy-restricted = some groups, and what organizations give
admin-service-policy-everyone = everybody: each account whose address is confirmed
admin-service-policy-groups = Groups
admin-service-policy-groups-help = The members of a ticked group may use the service.
admin-service-policy-effect = What the service holds of people who may not use it any more ends right away.
admin-service-policy-submit = Save
admin-service-access-done = { $count ->
        [0] Saved.
        [one] Saved. One person who used it may not any more.
       *[other] Saved. { $count } people who used it may not any more.
    }
admin-service-through-organizations = Organizations that have this service
admin-service-people = Who can sign in
admin-service-people-off = Nobody: the service is switched off.
admin-service-people-none = Nobody so far.
admin-service-through = Through

# The test sign-in.
admin-service-test = Test sign-in
admin-service-test-see = Test
admin-service-test-intro = What the service would receive if this person signed in now. Nothing is sent.
admin-service-test-submit = Test
admin-service-test-yes = { $name } can sign in to { $service }
admin-service-test-no = { $name } can’t sign in to { $service }
admin-service-test-nothing = The service would learn nothing.
admin-service-test-scope = Scopes granted:
admin-service-test-moment = Besides, there is what belongs to the moment: time, life, session.
admin-service-test-id-token = ID token
admin-service-test-userinfo = About the person (userinfo)
admin-service-test-access-token = Access token
admin-service-test-no-openid = Nothing, without the scope openid.
admin-service-test-elsewhere = Nothing: its access tokens are for another service.
admin-service-test-opaque = A random name, which says nothing by itself.
admin-service-through-everyone = Open to everybody
admin-service-through-group = Through the group { $group }
admin-service-through-organization = Through the organization { $organization }
admin-service-need-account = The account is switched off.
admin-service-need-service = The service is switched off.
admin-service-need-address = The e-mail address isn’t confirmed.
admin-service-open-group = They would have to be in the group { $group }.
admin-service-open-grant = { $organization } could give this access.
admin-service-open-reactivation = { $organization } would have to be switched on again.
admin-service-open-membership = { $count ->
        [one] They would have to be a member of another organization that has the service.
       *[other] They would have to be a member of one of the { $count } other organizations that have the service.
    }

# Another secret.
admin-service-renew = Make a new secret
admin-service-secret-title = Make a new secret for { $name }?
admin-service-secret-effect = It is shown once. Give it to the service before the old one is accepted no longer.
admin-service-secret-old = The old secret
admin-service-overlap = { $count ->
        [0] is accepted no longer
        [one] is accepted for another hour
       *[other] is accepted for another { $count } hours
    }
admin-service-secret-done = New secret of { $name }
admin-service-secret-overlap = { $count ->
        [0] The old secret is accepted no longer.
        [one] The old secret is accepted for another hour.
       *[other] The old secret is accepted for another { $count } hours.
    }
admin-service-kept = I have it

# A new service.
admin-service-new = Add a service
admin-service-new-which = Which service?
admin-service-new-intro = For these, the settings are known: only the address is missing.
admin-service-other = Another service
admin-service-new-of = Add: { $title }
admin-service-new-submit = Add the service
admin-service-url = Address of the service
admin-service-url-help = As people see it, like https://cloud.example.org, with its path if there is one.
admin-service-name = Name of the service
admin-service-name-help = As people will read it.
admin-service-provider = What our sign-in is called in the service
admin-service-provider-help = It is part of addresses: choose it once and for all. Plain letters, digits and . _ ~ -
admin-service-ours-ask = It is a service of our own
admin-service-ours-help = People aren’t asked whether they agree to what it receives.
admin-service-pkce-ask = The service knows PKCE
admin-service-pkce-help = Untick it if its documentation doesn’t speak of it.
admin-service-error-title = The service isn’t added
admin-service-error-name = Give a name of 64 characters at most.
admin-service-error-url = Write a whole address, like https://cloud.example.org, without a question mark.
admin-service-error-provider = Only plain letters, digits and . _ ~ - will do, 64 at most.
admin-service-error-redirect = Write whole addresses that start with https://, one on each line.
admin-service-error-private = This address isn’t public: name its network in outgoing.allowed_networks first.
admin-service-error-address = This address can’t be used.
admin-service-added = { $name } is added
admin-service-added-text = Now tell the service, then choose who may use it: for the moment, nobody.
admin-service-to-tell = To give to the service
admin-service-once = The secret is shown this once: copy it now.
admin-service-paste = To paste into the service
admin-service-recipe = Groups, signing out, and what to do when it doesn’t work:
admin-service-next-access = Choose who may use it
admin-service-next-page = See the page of the service

# The logo of a service.
admin-service-logo = Logo
admin-service-logo-none = None: pages show the first letter of its name.
admin-service-logo-change = Change the logo
admin-service-logo-title = Logo of { $name }
admin-service-logo-shown = The present logo
admin-service-logo-label = Choose a picture
admin-service-logo-help = PNG, JPEG or WebP, 5 MB at most. People see it small, on a light or dark background: a plain drawing on a clear one is best.
admin-service-logo-send = Send this logo
admin-service-logo-remove = Remove the logo
admin-service-logo-done = The logo of { $name } is saved.
admin-service-logo-error = The logo isn’t changed
admin-service-logo-nothing = Choose a picture first.
admin-service-logo-large = This picture is larger than 5 MB. Send a smaller version of it.
admin-service-logo-kind = This file isn’t a PNG, JPEG or WebP picture. Choose another, or save it in one of these formats.
admin-service-logo-damaged = This picture is damaged: we can’t read it. Open it, save it again, then send it.
admin-service-logo-pixels = This picture has too many pixels. Send a smaller version of it.
