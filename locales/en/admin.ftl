# The administrators' pages, and how there comes to be one.

first-administrator-title = Create the first administrator account
first-administrator-intro = { $host } has no administrator yet. The account you create here will be able to do everything.
first-administrator-email-help = We’ll send a link there to make sure it’s yours.
first-administrator-email-taken = Give another address: this one belongs to an account, or did until recently.
first-administrator-next = Next: confirm your address, then set up two-step sign-in.

admin-title = Administration
admin-overview = Overview
admin-requests = Requests for access
admin-organizations = All organizations
admin-read-only = You can see everything here, but not change anything: for that, ask an administrator.

admin-attention = What needs attention
admin-attention-none = Nothing needs attention right now.
admin-registrations-waiting = { $count ->
        [one] { $count } new account is waiting for an answer
       *[other] { $count } new accounts are waiting for an answer
    }
admin-mail-dead = { $count ->
        [one] { $count } message couldn’t be delivered
       *[other] { $count } messages couldn’t be delivered
    }
admin-mail-late = { $count ->
        [one] { $count } message has been waiting for too long
       *[other] { $count } messages are waiting, some for too long
    }
admin-keys-overdue = The signing keys are too old: new ones have to be made
admin-theme-left-out = { $count ->
        [one] { $count } text of your theme has an error: it isn’t shown
       *[other] { $count } texts of your theme have errors: they aren’t shown
    }
admin-no-referent = { $organization } has no referent

admin-accounts = Accounts
admin-accounts-total = In total
admin-accounts-active = Active
admin-accounts-waiting = Waiting for an answer
admin-accounts-disabled = Switched off
admin-sign-ins = Sign-ins over the last few days
admin-sign-ins-none = Nobody has signed in for a week.
admin-mail = Mail
admin-mail-waiting = Waiting
admin-mail-given-up = Undelivered
admin-mail-oldest = Oldest one waiting
admin-keys = Signing keys
admin-days = { $count ->
        [0] for less than a day
        [one] for { $count } day
       *[other] for { $count } days
    }
admin-machine = Server
admin-version = Loquet version
admin-database = Database
admin-memory = Memory used
admin-megabytes = { $count } MB

# People.
admin-users = People
admin-users-all = All people
admin-users-search = Name, username or e-mail address
admin-users-search-help = The beginning is enough, with or without accents: “mart”, “alice mart”, “alice@”. You can also paste a whole account number.
admin-users-none = Try the beginning of the first name, last name, username or address.
admin-username = Username
admin-state-waiting = Waiting for an answer
admin-state-disabled = Account switched off
admin-state-leaving = Deletion planned
admin-state-unproven = Not confirmed
admin-account = Account
admin-address = Address confirmed
admin-address-proven = on { $date }
admin-address-unproven = not yet
admin-created = Account created on
admin-last-seen = Last seen
admin-groups = Groups
admin-deletion = Deletion planned for
admin-id = Account number
admin-own-account = This is your own account: to change it, go to your home page, then “Manage my account”.
admin-waits-here = This account is waiting for an answer: see the new accounts
admin-factors = Two-step sign-in
admin-factors-none = None: the password is enough to sign in.
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
admin-memberships-none = This person isn’t in any organization.
admin-history = History
admin-history-none = Nothing yet.
admin-history-all = See the whole history

# What is done to an account, asked first.
admin-verify = Send the confirmation link again
admin-verify-title = Send { $name } the confirmation link again?
admin-verify-effect = We’ll send a new link to { $email }. It will be valid for one hour, and the earlier ones will stop working.
admin-verify-done = A confirmation link is on its way to { $name }. It is valid for one hour.
admin-sign-out = Sign out everywhere
admin-sign-out-title = Sign { $name } out everywhere?
admin-sign-out-effect = { $name } will be signed out of every browser right now, services and apps will lose access to the account, and its access tokens will be deleted. { $name } will be able to sign in again.
admin-sign-out-done = Done: { $name } has been signed out.
admin-sign-out-one-title = Sign { $name } out of “{ $device }”?
admin-sign-out-one-effect = This browser will be signed out right now, and the services opened from it will close. { $name } will be able to sign in there again.
admin-reset-factor = Remove two-step sign-in
admin-reset-factor-title = Remove two-step sign-in from { $name }’s account?
admin-reset-factor-effect = First make sure that it really is { $name } who is asking. Until another app or passkey is added, the password will be enough to get into the account. Sessions and access tokens will end, and { $name } will get an e-mail.
admin-reset-factor-done = Two-step sign-in is removed: for now, the password is enough for { $name } to sign in. An e-mail is on its way.
admin-disable = Switch the account off
admin-disable-title = Switch { $name }’s account off?
admin-disable-effect = { $name } will no longer be able to sign in: sessions and access tokens will end right now. Nothing else will be deleted, and the account can be switched on again. No e-mail will be sent.
admin-disable-done = { $name }’s account is switched off.
admin-enable = Switch the account on again
admin-enable-title = Switch { $name }’s account on again?
admin-enable-effect = { $name } will be able to sign in again, with the same password and the same access. No e-mail will be sent: remember to tell { $name }.
admin-enable-done = { $name }’s account is switched on again.

admin-refused-oneself = Nobody can do this to their own account: ask another administrator.
admin-refused-last = Without this account, there would be no administrator left: make somebody else one first.
admin-refused-too-many = Enough messages have left for now, to this address or for this organization. Try again later.
admin-refused-kept = This group follows memberships: nobody is put into it or taken out of it by hand.
admin-refused-no-factor = There’s nothing to remove: this account has no two-step sign-in.
admin-refused-verified = There’s no link to send: this address is already confirmed.
admin-refused-not-waiting = Somebody has already answered for this account. The journal says what was decided.

# New accounts.
admin-registrations = New accounts
admin-registrations-intro = These people have confirmed their address and can’t sign in yet. They get your answer by e-mail. If you decline, the account is deleted.
admin-registrations-none-title = No new accounts
admin-registrations-none = If the settings ask for it, new accounts wait here until somebody accepts or declines them.
admin-registration-since = Waiting since { $date }
admin-registration-accepted = { $name } can sign in now. An e-mail is on its way to { $email }.
admin-registration-declined = { $name }’s account is deleted. An e-mail is on its way to { $email }.
admin-registration-decline = Decline this account
admin-registration-decline-title = Decline { $name }’s account?
admin-registration-decline-effect = The account that { $name } asked for will be deleted. An e-mail will say so to { $email }.

# The journal.
admin-journal = Journal
admin-journal-by = By
admin-journal-about = About
admin-attempt = Action refused on the administration pages
admin-by-host = The server
admin-journal-person-help = Username, e-mail address or account number
admin-journal-nobody = No account matches. Type the whole username or address.
admin-journal-organization = Organization
admin-journal-organization-help = Its identifier, as in the address of its pages
admin-journal-no-organization = No organization has this identifier. You’ll find it in the address of its pages.
admin-journal-anything = Everything
admin-journal-since = Since
admin-journal-no-day = Give a date that exists, such as 2026-03-31.
admin-journal-all = See the whole journal
admin-journal-none = No line matches. Try with fewer filters.
admin-journal-export-intro = To keep, or to open in a spreadsheet:
admin-journal-export = Download these lines and those on the other pages

# Mail.
admin-mail-queue = Outgoing mail
admin-mail-none-title = Everything has been sent
admin-mail-none = Messages wait here when the mail server doesn’t answer, and stay here when it refuses them.
admin-mail-error-title = That didn’t work
admin-mail-gone = In the meantime, this message has been sent, thrown away, or queued to be tried again. The list below is up to date.
admin-mail-given-up-one = Undelivered
admin-mail-sealed = Unreadable: encrypted with another master key
admin-mail-dead-since = No more tries since { $when }
admin-mail-next = Next try on { $when }
admin-mail-written = Written on { $when }
admin-mail-tries = { $count ->
        [0] Not tried yet
        [one] Tried once
       *[other] Tried { $count } times
    }
admin-mail-said = The mail server said:
admin-mail-retry = Try again
admin-mail-retry-all = Try them all again
admin-mail-retried = { $count ->
        [0] There was no message to try again.
        [one] One message is being tried again.
       *[other] { $count } messages are being tried again.
    }
admin-mail-forget = Throw away
admin-mail-forget-title = Throw away the message to { $to }?
admin-mail-forget-effect = It won’t be sent, and can’t be brought back.
admin-mail-forgotten = This message has been thrown away: it won’t be sent.
admin-mail-others = There are more: only the first ones are shown.
admin-mail-test = Send a test message
admin-mail-test-to = To which e-mail address?
admin-mail-test-submit = Send the test message
admin-mail-test-address = Check the address: it should look like name@example.com.
admin-mail-test-done = The mail server has accepted the message for { $email }. Check that it arrives, perhaps among the unwanted mail.
admin-mail-test-no-server = The settings don’t name a mail server: nothing will be sent until they do.
admin-mail-test-failed = The message wasn’t sent. Check the address and the mail settings, then try again.

# Signing keys.
admin-keys-intro = These keys sign what services receive when somebody signs in.
admin-keys-by-itself = { $count ->
        [one] They renew themselves every day.
       *[other] They renew themselves every { $count } days.
    }
admin-keys-by-hand = The settings don’t renew them: make new ones at least once a year.
admin-key = Key
admin-key-algorithm = Algorithm
admin-key-state = State
admin-key-age = In use
admin-key-signs = Signing now
admin-key-next = Will sign from { $when }
admin-key-old = Will be removed on { $when }
admin-key-published = Published, but doesn’t sign
admin-keys-rotate = Make new keys
admin-keys-rotate-title = Make new signing keys?
admin-keys-rotate-effect = They’ll be published right away and will take over 24 hours later, so that services have time to learn about them. The current keys will stay published for as long as what they have signed can still be used.
admin-keys-rotate-unnoticed = Nobody will have to sign in again.
admin-keys-rotated = The new keys are published. They’ll take over in 24 hours.
admin-keys-waiting = New keys are already waiting to take over: no others were made.
admin-keys-compromised = Might somebody have got hold of these keys? Replace them at once with this command, on the server (services may then refuse sign-ins for a while):
