overview-title = Vue d’ensemble
