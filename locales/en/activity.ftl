# What happened to an account, in its journal.

activity-signed-in = Signed in
activity-second-factor-failed = Right password, but the code was refused
activity-signed-out = Signed out
activity-password-changed = Password changed
activity-email-verified = E-mail address confirmed
activity-profile-changed = Profile changed
activity-picture-changed = Picture changed
activity-terms-accepted = Terms of use accepted
activity-authenticator-added = Authenticator app added
activity-authenticator-removed = Authenticator app removed
activity-recovery-codes-renewed = New recovery codes
activity-recovery-code-used = Recovery code used
