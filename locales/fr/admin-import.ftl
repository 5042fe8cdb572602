# L’import de comptes d’ailleurs.

import-title = Import de comptes
import-intro = Faites entrer les membres d’un ancien site, avec leurs mots de passe, depuis son export. Un essai ne change rien, et dit ce qui entrerait.
import-try-title = Faire un essai
import-apply-title = Importer pour de bon
import-file = Fichier exporté par l’ancien site
import-file-help = Format CSV ou JSON Lines, en UTF-8, seize mégaoctets au plus. Au-delà, ou si les colonnes ont d’autres noms, la commande « loquet import » convient mieux.
import-again-help = Choisissez de nouveau le même fichier : rien n’en a été gardé. Un autre fichier serait essayé d’abord.
import-try = Essayer
import-apply = Importer ces comptes
import-restart = Essayer un autre fichier
import-error-title = Rien n’a été importé
import-no-file = Choisissez un fichier.
import-too-large = Coupez-le en plusieurs fichiers de seize mégaoctets au plus, ou servez-vous de la commande « loquet import ».
import-other-file = Ce n’est pas le fichier que vous aviez essayé : il vient d’être essayé à son tour, et rien n’a changé.
import-tried = C’était un essai : rien n’a changé. Voici ce qui arriverait.
import-done = L’import est fait. Le refaire ne changerait rien.
import-report = Bilan de l’import
import-records = Comptes dans le fichier
import-imported = Nouveaux comptes
import-updated = Comptes mis à jour
import-unchanged = Comptes inchangés
import-rejected = Lignes refusées
import-disabled = { $count ->
        [one] { $count } compte est désactivé.
       *[other] { $count } comptes sont désactivés.
    }
import-flags = { $count ->
        [one] { $count } compte était administrateur là-bas : il ne l’est pas ici.
       *[other] { $count } comptes étaient administrateurs là-bas : ils ne le sont pas ici.
    }
import-languages = { $count ->
        [one] { $count } compte a une langue qui n’est pas parlée ici : celle du serveur la remplace.
       *[other] { $count } comptes ont une langue qui n’est pas parlée ici : celle du serveur la remplace.
    }
import-refused = Lignes qui n’entrent pas
import-refused-help = Corrigez-les dans le fichier et importez-le de nouveau : ce qui est déjà entré ne bougera pas.
import-others = { $count ->
        [one] Une autre ligne est refusée.
       *[other] { $count } autres lignes sont refusées.
    }
import-place = Ligne du fichier
import-why = Ce qui ne va pas
import-line = Ligne { $line }
import-wrong = { $column } : { $what }
import-wrong-columns = pas autant de colonnes que la première ligne
import-wrong-length = plus longue que 64 Kio
import-wrong-quote = un guillemet est mal placé, ou n’est pas refermé
import-wrong-json = pas un objet JSON sur une ligne, de valeurs simples
import-wrong-letters = des caractères illisibles : enregistrez le fichier en UTF-8
import-wrong-empty = rien n’est écrit là
import-wrong-truth = ni oui ni non
import-wrong-username = un identifiant que Loquet n’accepte pas
import-wrong-email = pas une adresse e-mail entière
import-wrong-hash = pas un mot de passe chiffré que Loquet sache reprendre
import-wrong-text = un texte trop long, ou des caractères de contrôle
import-wrong-date = pas une date
import-wrong-twice = déjà pris par la ligne { $line }
import-wrong-taken = déjà pris par un autre compte
import-wrong-language = une langue qui n’est pas parlée ici
import-empty = Ce fichier est vide : choisissez-en un autre.
import-not-utf8 = Enregistrez ce fichier en UTF-8 (« CSV UTF-8 » dans un tableur), puis recommencez.
import-json-list = Ce fichier est une liste JSON : écrivez un objet par ligne.
import-no-column = La première ligne n’a pas de colonne « { $column } », qui est nécessaire.
import-two-columns = La première ligne a deux colonnes « { $column } » : gardez-en une.
import-no-header = La première ligne doit nommer les colonnes.
import-stopped-before = La base de données n’a pas suivi, à la ligne { $line } : rien n’a changé. Recommencez plus tard.
import-stopped = La base de données n’a pas suivi : tout est entré jusqu’à la ligne { $line }. Recommencez avec le même fichier, il continuera de là.
