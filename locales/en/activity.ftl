# What happened to an account, in its journal.

activity-signed-in = Signed in
activity-second-factor-failed = Right password, but the code was refused
activity-signed-out = Signed out
activity-password-changed = Password changed
activity-email-verified = E-mail address confirmed
activity-profile-changed = Profile changed
activity-picture-changed = Picture changed
activity-terms-accepted = Terms of use accepted
activity-sign-in-refused = Sign-in refused: wrong password
activity-session-ended = One of your browsers signed out from another
activity-other-sessions-ended = Signed out everywhere else
activity-service-allowed = { $service } allowed to receive information from your account
activity-service-withdrawn = Access withdrawn for { $service }
activity-organization-joined = Joined { $organization }
activity-invitation-declined = Invitation to { $organization } declined
activity-organization-left = Left { $organization }
activity-data-exported = Copy of your data downloaded
activity-deletion-asked = Deletion of the account asked for
activity-deletion-cancelled = Deletion of the account called off
activity-authenticator-added = Authenticator app added
activity-authenticator-removed = Authenticator app removed
activity-second-factor-reset = Two-step sign-in removed by the team
activity-second-factor-policy = Two-step sign-in demanded of a group, or no longer
activity-recovery-codes-renewed = New recovery codes
activity-recovery-code-used = Recovery code used
