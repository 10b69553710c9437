"""What a shop sets: read once at start from the environment and `.env`, checked whole, passed down as plain values."""

from bot.config.loading import load_settings
from bot.config.settings import ChannelState, Settings

__all__ = ["ChannelState", "Settings", "load_settings"]
