# What every page shares.
# Quotes, apostrophes and unbreakable spaces are part of the text: keep them.

skip-to-content = Aller au contenu
language-name = Français
language-choice = Langue
loquet-credit = Loquet, logiciel libre d’identification
demo-banner = Démonstration : les comptes sont inventés et rien n’est vraiment envoyé.
title-error = Erreur :

sign-in = Se connecter
sign-out = Se déconnecter
use-another-account = Utiliser un autre compte

show-password = Afficher
show-password-label = Afficher le mot de passe
hide-password = Masquer
hide-password-label = Masquer le mot de passe
caps-lock-on = Majuscules verrouillées

continue-to-service = Continuer vers { $service }
continue-to-account = Continuer vers votre compte

# A length of time, put in sentences such as "retry-in".
duration-seconds = { $count ->
        [one] { $count } seconde
       *[other] { $count } secondes
    }
duration-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration-hours = { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
retry-in = Réessayez dans { $duration }.
