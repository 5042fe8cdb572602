# The administrators' pages, and how there comes to be one.

first-administrator-title = Make the first administrator
first-administrator-intro = { $host } has no administrator yet. The account you make here may do everything.
first-administrator-email-help = We’ll send a link there to make sure that it is yours.
first-administrator-email-taken = Choose another address: this one has an account, or had one until recently.
first-administrator-next = Next: confirm your address, then set up a second step for signing in.

admin-title = Administration
admin-overview = Overview
admin-requests = Access requests
admin-organizations = All organizations
admin-read-only = You may look at everything here, and change nothing.

admin-attention = What needs attention
admin-attention-none = Nothing is waiting for you.
admin-registrations-waiting = { $count ->
        [one] { $count } new account to accept
       *[other] { $count } new accounts to accept
    }
admin-mail-dead = { $count ->
        [one] { $count } mail could not be delivered
       *[other] { $count } mails could not be delivered
    }
admin-mail-late = { $count ->
        [one] { $count } mail has been waiting for too long
       *[other] { $count } mails are waiting, some for too long
    }
admin-keys-overdue = The signing keys are older than they should be
admin-no-referent = { $organization } has no referent

admin-accounts = Accounts
admin-accounts-total = In all
admin-accounts-active = In use
admin-accounts-waiting = To accept
admin-accounts-disabled = Switched off
admin-sign-ins = Sign-ins of the last days
admin-sign-ins-none = Nobody has signed in for a week.
admin-mail = Mail
admin-mail-waiting = Waiting
admin-mail-given-up = Given up
admin-mail-oldest = Oldest one waiting
admin-keys = Signing keys
admin-days = { $count ->
        [0] since today
        [one] for { $count } day
       *[other] for { $count } days
    }
admin-machine = Server
admin-version = Version
admin-database = Database
admin-memory = Memory
admin-megabytes = { $count } MB

# People.
admin-users = People
admin-users-all = Everybody
admin-users-search = Name, username or e-mail address
admin-users-search-help = The beginning is enough, with or without accents: “mart”, “alice mart”, “alice@”. Or the whole identifier of an account.
admin-users-none = Try the beginning of the first name, of the last name, or of the address.
admin-username = Username
admin-state-waiting = Not accepted yet
admin-state-disabled = Switched off
admin-state-leaving = To be deleted
admin-state-unproven = Not confirmed
admin-account = Account
admin-address = Address confirmed
admin-address-proven = on { $date }
admin-address-unproven = not yet
admin-created = Account since
admin-last-seen = Last visit
admin-groups = Groups
admin-deletion = To be deleted on
admin-id = Identifier
admin-own-account = This is your own account: change it from your own pages.
admin-waits-here = This account is waiting for your answer.
admin-factors = Two-step sign-in
admin-factors-none = A password alone.
admin-factor-app = Authenticator app, since { $date }
admin-factor-passkeys = { $count ->
        [one] { $count } passkey
       *[other] { $count } passkeys
    }
admin-factor-codes = { $count ->
        [one] { $count } recovery code left
       *[other] { $count } recovery codes left
    }
admin-sessions = Open sessions
admin-sessions-none = No browser is signed in.
admin-memberships = Organizations
admin-memberships-none = In no organization.
admin-history = History
admin-history-none = Nothing so far.
admin-history-all = Whole history

# What is done to an account, asked first.
admin-verify = Send the confirmation link again
admin-verify-title = Send { $name } the confirmation link again?
admin-verify-effect = A new link goes to { $email }, good for one hour. The previous ones stop working.
admin-verify-done = A link is on its way to { $name }.
admin-sign-out = Sign out everywhere
admin-sign-out-title = Sign { $name } out everywhere?
admin-sign-out-effect = Every browser of { $name } is signed out right now, services lose what they hold, and personal access tokens end. Signing in again stays possible.
admin-sign-out-done = Done: { $name } has been signed out.
admin-sign-out-one-title = Sign { $name } out of “{ $device }”?
admin-sign-out-one-effect = That browser of { $name } is signed out right now, and the services opened from it are closed.
admin-reset-factor = Remove two-step sign-in
admin-reset-factor-title = Remove two-step sign-in from { $name }’s account?
admin-reset-factor-effect = Make sure first that it is { $name } who asks: until another app or passkey is set up, the password alone opens the account. Every session ends, and an e-mail tells { $name }.
admin-reset-factor-done = { $name } signs in with the password alone for now. An e-mail says so.
admin-disable = Switch the account off
admin-disable-title = Switch { $name }’s account off?
admin-disable-effect = Every session of { $name } ends right now, and signing in becomes impossible. Nothing is deleted: the account can be switched on again.
admin-disable-done = { $name }’s account is switched off.
admin-enable = Switch the account on
admin-enable-title = Switch { $name }’s account on again?
admin-enable-effect = { $name } can sign in again, with the same password and the same access.
admin-enable-done = { $name }’s account is switched on.

admin-refused-oneself = Nobody may do this to their own account: ask another administrator.
admin-refused-last = Nobody else could look after this instance: make another administrator first.
admin-refused-no-factor = This account has no two-step sign-in.
admin-refused-verified = This address is confirmed already.
admin-refused-not-waiting = Somebody has already answered for this account.

# New accounts.
admin-registrations = New accounts
admin-registrations-intro = These people have confirmed their address and can’t sign in yet. They get your answer by e-mail; declining removes the account.
admin-registrations-none-title = No new account
admin-registrations-none = Where the settings ask for it, new accounts wait here until somebody accepts them.
admin-registration-since = Waiting since { $date }
admin-registration-accepted = { $name } can sign in now. An e-mail is on its way to { $email }.
admin-registration-declined = { $name }’s account is removed. An e-mail is on its way to { $email }.

# The journal.
admin-journal = Journal
admin-journal-by = Done by
admin-journal-about = About
admin-attempt = Action refused on the pages of the administration
admin-by-host = The server
admin-journal-person-help = Username, e-mail address or identifier
admin-journal-nobody = Nobody is called that.
admin-journal-organization = Organization
admin-journal-organization-help = The short name, as in its address
admin-journal-no-organization = No organization is called that.
admin-journal-anything = Anything
admin-journal-since = Since
admin-journal-no-day = That isn’t a date.
admin-journal-all = Whole journal
admin-journal-none = No line matches
admin-journal-export-intro = To keep, or to open in a spreadsheet:
admin-journal-export = Download these lines, and all the older ones that match

# Mail.
admin-mail-queue = Outgoing mail
admin-mail-none-title = Everything has left
admin-mail-none = Mails wait here when the mail server is away, and stay here when it refuses them.
admin-mail-error-title = That didn’t work
admin-mail-gone = This mail isn’t here any more: it has left in the meantime, or somebody has thrown it away.
admin-mail-given-up-one = Given up
admin-mail-sealed = Sealed with another master key
admin-mail-dead-since = Given up on { $when }
admin-mail-next = Next try on { $when }
admin-mail-written = Written on { $when }
admin-mail-tries = { $count ->
        [0] Not tried yet
        [one] Tried once
       *[other] Tried { $count } times
    }
admin-mail-said = The mail server said:
admin-mail-retry = Try again
admin-mail-retry-all = Try everything again
admin-mail-retried = { $count ->
        [0] There was nothing to try again.
        [one] One mail is tried again now.
       *[other] { $count } mails are tried again now.
    }
admin-mail-forget = Throw away
admin-mail-forgotten = That mail is thrown away.
admin-mail-others = Only the first ones are shown.
admin-mail-test = Send a test message
admin-mail-test-to = To which e-mail address
admin-mail-test-submit = Send now
admin-mail-test-address = Write a whole address, like name@example.org.
admin-mail-test-done = The mail server took the message for { $email }. Is it there?
admin-mail-test-no-server = No mail server is set: nothing leaves.
admin-mail-test-failed = The message has not left.

# Signing keys.
admin-keys-intro = These keys sign what services receive when somebody signs in.
admin-keys-by-itself = { $count ->
        [one] They are renewed by themselves every day.
       *[other] They are renewed by themselves every { $count } days.
    }
admin-keys-by-hand = The settings say that they aren’t renewed by themselves.
admin-key = Key
admin-key-algorithm = Algorithm
admin-key-state = State
admin-key-age = In use
admin-key-signs = Signs
admin-key-next = Will sign from { $when }
admin-key-old = Leaves on { $when }
admin-key-published = Published
admin-keys-rotate = Make new keys
admin-keys-rotate-title = Make new signing keys?
admin-keys-rotate-effect = They are published right away and take over 24 hours later, so that services know them in time. The present ones stay until nothing that they signed is in use.
admin-keys-rotate-unnoticed = Nobody has to sign in again.
admin-keys-rotated = The new keys are published, and take over in 24 hours.
admin-keys-waiting = New keys are published already, and don’t sign yet: nothing was changed.
admin-keys-compromised = Has somebody got hold of the keys? On the server, this command forgets them at once:
