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
