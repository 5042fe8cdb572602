# What happened to an account, in its journal.

activity-signed-in = Signed in
activity-second-factor-failed = Right password, but the code was refused
activity-signed-out = Signed out
activity-password-changed = Password changed
activity-email-verified = E-mail address confirmed
activity-profile-changed = Profile changed
activity-picture-changed = Picture changed
activity-terms-accepted = Terms of use accepted
