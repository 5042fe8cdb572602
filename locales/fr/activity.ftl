# What happened to an account, in its journal.

activity-signed-in = Connexion
activity-second-factor-failed = Mot de passe juste, mais code refusé
activity-signed-out = Déconnexion
activity-password-changed = Changement de mot de passe
activity-email-verified = Adresse e-mail confirmée
activity-profile-changed = Changement du profil
activity-picture-changed = Changement de photo
activity-terms-accepted = Conditions d’utilisation acceptées
activity-sign-in-refused = Connexion refusée : mauvais mot de passe
activity-session-ended = Un de vos navigateurs déconnecté depuis un autre
activity-other-sessions-ended = Tous les autres navigateurs déconnectés
activity-service-allowed = Accord donné à { $service } pour recevoir des informations de votre compte
activity-service-withdrawn = Accès retiré à { $service }
activity-organization-joined = Entrée dans { $organization }
activity-invitation-declined = Invitation de { $organization } refusée
activity-organization-left = Départ de { $organization }
activity-data-exported = Copie de vos données téléchargée
activity-deletion-asked = Suppression du compte demandée
activity-deletion-cancelled = Suppression du compte annulée
activity-authenticator-added = Application d’authentification ajoutée
activity-authenticator-removed = Application d’authentification retirée
activity-second-factor-reset = Double authentification retirée par l’équipe
activity-second-factor-policy = Double authentification demandée ou non à un groupe
activity-recovery-codes-renewed = Nouveaux codes de secours
activity-recovery-code-used = Code de secours utilisé
