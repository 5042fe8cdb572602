# On the way to a service.

continue-title = Vous y êtes presque
continue-text = Si rien ne se passe, utilisez ce bouton.
continue-submit = Continuer

consent-title = Partager ces informations avec { $service } ?
consent-signed-in-as = Vous utilisez le compte de { $name }.
consent-receives = Si vous acceptez, { $service } recevra :
consent-openid = un identifiant qui vous reconnaît d’une visite à l’autre
consent-profile = vos nom et prénom, votre identifiant { $username } et ce que dit votre profil
consent-email = votre adresse e-mail, { $email }
consent-address = votre adresse postale
consent-phone = votre numéro de téléphone
consent-groups = vos groupes et vos rôles pour ce service
consent-organizations = la possibilité de gérer en votre nom les membres et les accès des organisations dont vous vous occupez
consent-offline_access = la possibilité d’agir pour vous en votre absence, même après la déconnexion
consent-place = Ce service se trouve sur { $place }.
consent-password-safe = Votre mot de passe n’est jamais transmis.
consent-policy = Ce que ce service fait de vos données
consent-terms = Ses conditions d’utilisation
consent-allow = Accepter et continuer
consent-deny = Refuser et revenir au service

refused-title = Vous n’avez pas encore accès à { $service }
refused-signed-in-as = Vous utilisez le compte de { $name }.
refused-reason = Seules certaines personnes ont accès à { $service }, et ce compte n’en fait pas partie.
refused-nobody = L’accès à { $service } n’a encore été ouvert à personne.
refused-organization-off = Vous aviez accès à { $service } grâce à « { $organization } », qui est désactivée pour le moment.
refused-ask-one-of = Votre demande ira à :
refused-host = l’équipe de { $host }
refused-ask = Demander l’accès
refused-ask-again = Demander à nouveau
refused-asked = Demande envoyée le { $when } à { $whom }. Vous recevrez un e-mail dès qu’il y aura une réponse.
refused-declined = { $whom } a répondu non à votre demande, le { $date }.
refused-declined-until = Vous pourrez demander à nouveau à partir du { $date }.
refused-too-many = Vous avez fait beaucoup de demandes depuis hier. Réessayez demain.
refused-own = Vous vous occupez de « { $organization } » : vous pouvez ouvrir cet accès vous-même.
refused-own-link = Voir les demandes
refused-write = Écrire à { $address }
refused-back = Revenir à { $service }

end-session-title = Se déconnecter de { $host } ?
end-session-signed-in-as = Le compte de { $name } est ouvert dans ce navigateur.
end-session-asked-by = { $service } propose de fermer votre session. Les autres services que vous avez ouverts avec ce compte seront prévenus.
end-session-confirm = Me déconnecter
end-session-stay = Garder ma session ouverte
