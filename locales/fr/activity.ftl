# What happened to an account, in its journal.

activity-signed-in = Connexion
activity-second-factor-failed = Mot de passe juste, mais code refusé
activity-signed-out = Déconnexion
activity-password-changed = Changement de mot de passe
activity-email-verified = Adresse e-mail confirmée
