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
