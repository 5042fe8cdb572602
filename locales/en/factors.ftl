# Signing in in two steps: the app, the recovery codes, the passkeys.

two-steps-title = Two-step sign-in
two-steps-intro = After the password, a second proof: someone who guessed it still wouldn’t get in.

second-factor-title = Second step
second-factor-text = Open your authenticator app and type the code it shows for { $host }.
second-factor-recovery-text = Type one of your recovery codes. It will be used up.
second-factor-submit = Continue
second-factor-use-recovery = Use a recovery code
second-factor-use-app = Use the app
second-factor-start-again = Start again
second-factor-malformed = Type the six digits that the app shows.
second-factor-wrong = That isn’t the right code, or it has already been used. Wait for the app to show another one.
second-factor-recovery-malformed = Type the sixteen letters and digits of a recovery code.
second-factor-recovery-wrong = That isn’t one of your recovery codes, or it has already been used.
code-label = Six-digit code
code-check = Type another code.
recovery-code-label = Recovery code

authenticator-title = Authenticator app
authenticator-none = None for now
authenticator-since = Active since { $date }
authenticator-add = Add an app
authenticator-replace = Change app
authenticator-remove = Remove the app
authenticator-intro = It’s an app on your phone or computer. It shows a code that changes every thirty seconds, which we’ll ask for after your password.
authenticator-demanded = Your account needs one: { $host } asks for two-step sign-in. Add an app to go on.
authenticator-replaces = You’ve had one since { $date }. It stays good until the new one is confirmed.
authenticator-scan = Scan this code
authenticator-apps = Aegis, FreeOTP+, 2FAS or a password manager will do.
authenticator-qr = QR code to scan with the app. The key written below says the same.
authenticator-type = Can’t scan it? Type this key into the app, for { $account }:
authenticator-confirm = Type the code it shows
authenticator-effect = Your sessions on other devices will end.
authenticator-submit = Turn on
authenticator-error-title = The app is not turned on yet
authenticator-wrong = That isn’t the code we expect. Check that your device shows the right time, then type the next code.
authenticator-remove-title = Remove the authenticator app?
authenticator-remove-last = Your password will be enough to get into your account. Your recovery codes will no longer work, and your sessions on other devices will end.
authenticator-remove-text = Your passkeys will remain your second proof. Your sessions on other devices will end.
authenticator-remove-submit = Remove the app
authenticator-keep = Keep the app
authenticator-must-stay = { $host } asks for two-step sign-in on your account, and this app is your only second proof. To change it, add the new one: it will take its place.

recovery-codes-title = Recovery codes
recovery-codes-intro = Each replaces the app’s code once, for the day your phone is lost or broken.
recovery-codes-left = { $count ->
        [0] You have none left.
        [one] You have { $count } left.
       *[other] You have { $count } left.
    }
recovery-codes-renew-text = You can make ten new ones. The old ones will no longer work, and your sessions on other devices will end.
recovery-codes-renew = Make ten new codes
recovery-codes-keep = Keep the ones I have

new-codes-title = Keep your recovery codes
new-codes-added = Two-step sign-in is on.
new-codes-text = Print this page or copy the codes, and keep them somewhere other than your phone. They will never be shown again.
new-codes-of = Recovery codes of { $name } for { $host }
new-codes-date = Made on { $date }. Each works once.
new-codes-next = I’ve kept them, go on

sign-in-with-passkey = Sign in with a passkey
second-factor-use-passkey = Use a passkey
passkey-refused = This passkey was not recognised. Try again, or sign in another way.
passkey-failed = The passkey did not answer. Try again.
passkeys-title = Passkeys
passkeys-intro = Your phone, your computer or a security key can prove that it’s you, with your fingerprint, your face or a PIN. A passkey is enough to sign in, without a password.
passkeys-none = You don’t have any yet.
passkeys-count = { $count ->
        [0] None for now
        [one] { $count } passkey
       *[other] { $count } passkeys
    }
passkeys-manage = Manage passkeys
passkeys-full = You have as many as possible. Remove one to add another.
passkeys-need-script = This page needs JavaScript and a recent browser to add a passkey.
passkey-unnamed = Passkey
passkey-since = Added on { $date }
passkey-used = Used on { $date }
passkey-remove = Remove
passkey-remove-named = Remove { $name }
passkey-add-title = Add a passkey
passkey-name = Its name
passkey-name-help = So that you recognise it: “Phone”, “Office key”.
passkey-name-check = Choose a name of 64 characters at most.
passkey-add = Add
passkey-error-title = The passkey is not added
passkey-not-added = The key was not recognised, or the page had been open for more than five minutes. Try again.
passkey-remove-title = Remove this passkey?
passkey-remove-text = { $name } will no longer sign you in. Your sessions on other devices will end.
passkey-remove-last = It’s your only second proof: afterwards your password will be enough, and your recovery codes will no longer work.
passkey-must-stay = { $host } asks for two-step sign-in on your account, and this passkey is your only second proof. Add another one first.
passkey-remove-submit = Remove the passkey
passkey-keep = Keep it
authenticator-or-passkey = Would you rather use a passkey?
authenticator-use-passkey = Add a passkey
