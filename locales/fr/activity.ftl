# What happened to an account, in its journal.

activity-signed-in = Connexion
activity-second-factor-failed = Mot de passe juste, mais code refusé
activity-signed-out = Déconnexion
activity-password-changed = Changement de mot de passe
activity-email-verified = Adresse e-mail confirmée
activity-profile-changed = Changement du profil
activity-picture-changed = Changement de photo
activity-terms-accepted = Conditions d’utilisation acceptées
activity-authenticator-added = Application d’authentification ajoutée
activity-authenticator-removed = Application d’authentification retirée
activity-recovery-codes-renewed = Nouveaux codes de secours
activity-recovery-code-used = Code de secours utilisé
