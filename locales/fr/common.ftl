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
cancel = Annuler
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

# Days and hours.
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date = { $day ->
        [1] 1er
       *[other] { $day }
    } { $month } { $year }
moment = { $date } à { $time }
# How a clock shows hours and minutes (strftime).
clock = %H h %M
