# Signing in, passwords, addresses, and the page of one's own account.

sign-in-title = Sign in
sign-in-to-service = Sign in to { $service }
sign-in-with-account = With your { $host } account
username-label = Username or e-mail address
password-label = Password
password-forgotten = Forgotten your password?

# Never says whether the account exists.
sign-in-error-title = You’re not signed in yet
sign-in-wrong = That name and that password don’t go together.
username-check = Check the username or address.
password-check = Type the password again.
sign-in-throttled = There have been too many tries. To protect accounts, the next ones have to wait.
sign-in-busy = Many people are signing in right now. Wait a few seconds, then try again.
sign-in-page-expired = This page had been open for too long. Type your password again.

new-password-title = Choose a new password
new-password-reason = The old site kept only the beginning of very long passwords, yours among them. Choose a new one, once and for all: every bit of it will be kept.
new-password-then-service = Next, you’ll continue to { $service }.
new-password-then-account = Next, you’ll arrive at your account.
new-password-label = New password
new-password-help = { $count ->
        [one] At least { $count } character. A sentence does very well, even without digits or symbols.
       *[other] At least { $count } characters. A sentence does very well, even without digits or symbols.
    }
new-password-submit = Save and continue
new-password-error-title = This password won’t do

password-too-short = Add a few words: it takes at least { $min } characters.
password-too-long = Choose a shorter password: this one is longer than we can receive.
password-too-common = Choose something else: this password is among the first that anyone would try.
password-contains-name = Choose a password that contains neither your name nor your username.
password-contains-email = Choose a password that doesn’t contain your e-mail address.
password-contains-host = Choose a password that doesn’t contain the name of this service.
password-unchanged = Choose a password that differs from the old one.

verify-email-title = Confirm your e-mail address
verify-email-reason-service = Before opening { $service }, we need to know that the address { $email } is yours.
verify-email-reason = We need to know that the address { $email } is yours.
verify-email-next = We’ll send you a link. Open it, confirm, and you can go on.
verify-email-send = Send me the link
verify-email-sent-title = Check your mail
verify-email-sent = We have sent a link to { $email }. It is valid for one hour.
verify-email-sent-next = Open it, then come back to this page or go on from the one that opens.
verify-email-sent-spam = Nothing after a few minutes? Look among the unwanted mail.
verify-email-again = Send a new link
verify-email-error-title = The link was not sent
verify-email-throttled = Several links have already been sent to you. Use the latest one, or wait a little before asking for another.
verify-email-correct = Correct the address

verify-link-title = Is this your address?
verify-link-text = Confirm that the address { $email } is yours: it will be used for your { $host } account.
verify-link-submit = Yes, confirm this address
verify-link-not-you = Didn’t ask for this? Close the page: nothing will change.
verify-done-title = Your address is confirmed
verify-done-text = Thank you. Your account is ready.
verify-already-title = Your address is already confirmed
verify-already-text = There’s nothing else to do.

home-title = Your account
home-hello = Hello, { $name }
home-intro = This is your { $host } account, with the services it opens for you.
home-services = Your services
home-no-service-title = No service yet
home-no-service = As soon as your organization or { $host } gives you access to a service, you’ll find it here.
home-account = Your account
home-verify = Confirm your address { $email } to be able to open the services.
home-verify-button = Confirm the address
email-verified = Address confirmed
email-not-verified = Address to be confirmed

signed-out-title = You’re signed out
signed-out-text = Your { $host } account is no longer open in this browser.
signed-out-shared = On a shared computer, close every window of the browser too.
sign-in-again = Sign in again

# To somebody who is signed in, before something sensitive.
sign-in-confirm = Confirm it’s you
sign-in-confirm-submit = Confirm
sign-in-confirm-text = You signed in a while ago. To protect your account, please type your password again.
sign-in-confirm-as = You’re { $name }.

# The parts of one's own account.
account-nav = Your account
account-profile = Profile
account-security = Security
account-sessions = Sessions
account-services = Services
account-organizations = Organizations
account-activity = Activity
account-data = My data

security-title = Your account’s security
security-sign-in = Signing in
security-password = Password
security-password-changed = Chosen on { $date }
security-email = E-mail address
security-username = Username
security-change-password = Change password
security-change-email = Change address
security-change-username = Change username

# Access tokens, for one’s own programs.
tokens-title = Access tokens
tokens-security-text = For your own programs, if you use any.
tokens-manage = Manage tokens
tokens-intro = With a token, a program or a spreadsheet of yours can do in your name what you can do in the organizations you look after. Treat it like a password: whoever has it can do the same. Your tokens end when you change how you sign in.
tokens-docs = How to use one
tokens-none = You don’t have any. If you don’t know what they are for, you don’t need one.
tokens-ended = The token is ended: it no longer opens anything.
tokens-only = Good for { $organization } only
tokens-everywhere = Good for everything you look after
tokens-dates = Made on { $since }, ends on { $until }
tokens-used = Last used on { $date }
tokens-never-used = Never used
tokens-end = End it
tokens-make-title = Make a token
tokens-make = Make the token
tokens-name = Its name
tokens-name-help = So that you recognise it: “Members’ spreadsheet”.
tokens-name-check = Give it a name of 64 characters at most.
tokens-organization = Its organization
tokens-organization-help = With no answer, the token is good for all the organizations you look after. The less it opens, the safer.
tokens-life = How long it lasts
tokens-life-help = Afterwards you can make another.
tokens-days = { $count ->
    [one] One day
   *[other] { $count } days
}
tokens-full = You have as many as possible. End one to make another.
new-token-title = Here is your token
new-token-text = Copy it now and keep it somewhere safe: it will not be shown again.
new-token-of = The token “{ $name }”
new-token-until = It is good until { $date }.
new-token-next = I have kept it
