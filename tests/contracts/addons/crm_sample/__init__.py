from . import channel, interaction, partner, visit
